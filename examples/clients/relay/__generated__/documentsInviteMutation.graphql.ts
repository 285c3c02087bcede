/**
 * @generated SignedSource<<8103798923b2ae1257714c95a5c2ee23>>
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

import type { ConcreteRequest } from 'relay-runtime';
export type OrgInviteStatus = "ACCEPTED" | "DECLINED" | "EXPIRED" | "PENDING" | "REVOKED" | "%future added value";
export type OrgRoleName = "ADMIN" | "OWNER" | "USER" | "%future added value";
export type CreateOrgInviteInput = {
  appRoleIds?: ReadonlyArray<string> | null | undefined;
  expiresAt?: string | null | undefined;
  idempotencyKey?: string | null | undefined;
  invitee: InviteeInput;
  locale?: string | null | undefined;
  message?: string | null | undefined;
  orgId: string;
  roles?: ReadonlyArray<OrgRoleName> | null | undefined;
  sendEmail?: boolean | null | undefined;
};
export type InviteeInput = {
  email: string;
  userId?: never;
} | {
  email?: never;
  userId: string;
};
export type documentsInviteMutation$variables = {
  input: CreateOrgInviteInput;
};
export type documentsInviteMutation$data = {
  readonly createOrgInvite: {
    readonly __typename: string;
    readonly message?: string;
    readonly orgInvite?: {
      readonly email: string | null | undefined;
      readonly id: string;
      readonly status: OrgInviteStatus;
    };
  };
};
export type documentsInviteMutation = {
  response: documentsInviteMutation$data;
  variables: documentsInviteMutation$variables;
};

const node: ConcreteRequest = (function(){
var v0 = [
  {
    "defaultValue": null,
    "kind": "LocalArgument",
    "name": "input"
  }
],
v1 = [
  {
    "alias": null,
    "args": [
      {
        "kind": "Variable",
        "name": "input",
        "variableName": "input"
      }
    ],
    "concreteType": null,
    "kind": "LinkedField",
    "name": "createOrgInvite",
    "plural": false,
    "selections": [
      {
        "alias": null,
        "args": null,
        "kind": "ScalarField",
        "name": "__typename",
        "storageKey": null
      },
      {
        "kind": "InlineFragment",
        "selections": [
          {
            "alias": null,
            "args": null,
            "concreteType": "OrgInvite",
            "kind": "LinkedField",
            "name": "orgInvite",
            "plural": false,
            "selections": [
              {
                "alias": null,
                "args": null,
                "kind": "ScalarField",
                "name": "id",
                "storageKey": null
              },
              {
                "alias": null,
                "args": null,
                "kind": "ScalarField",
                "name": "email",
                "storageKey": null
              },
              {
                "alias": null,
                "args": null,
                "kind": "ScalarField",
                "name": "status",
                "storageKey": null
              }
            ],
            "storageKey": null
          }
        ],
        "type": "CreateOrgInvitePayload",
        "abstractKey": null
      },
      {
        "kind": "InlineFragment",
        "selections": [
          {
            "alias": null,
            "args": null,
            "kind": "ScalarField",
            "name": "message",
            "storageKey": null
          }
        ],
        "type": "Error",
        "abstractKey": "__isError"
      }
    ],
    "storageKey": null
  }
];
return {
  "fragment": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Fragment",
    "metadata": null,
    "name": "documentsInviteMutation",
    "selections": (v1/*:: as any*/),
    "type": "Mutation",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Operation",
    "name": "documentsInviteMutation",
    "selections": (v1/*:: as any*/)
  },
  "params": {
    "cacheID": "4cf7af25af638741a7d575eace099b27",
    "id": null,
    "metadata": {},
    "name": "documentsInviteMutation",
    "operationKind": "mutation",
    "text": "mutation documentsInviteMutation(\n  $input: CreateOrgInviteInput!\n) {\n  createOrgInvite(input: $input) {\n    __typename\n    ... on CreateOrgInvitePayload {\n      orgInvite {\n        id\n        email\n        status\n      }\n    }\n    ... on Error {\n      __isError: __typename\n      message\n    }\n  }\n}\n"
  }
};
})();

(node as any).hash = "9f16c8772f0f729e5b665d999f21d080";

export default node;
