/**
 * @generated SignedSource<<1d79cbc1c088ce1936f065aa1dda8527>>
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

import type { ConcreteRequest } from 'relay-runtime';
export type OrgInviteEventType = "ACCEPTED" | "CREATED" | "DECLINED" | "DELETED" | "EXPIRED" | "RENEWAL_REQUESTED" | "RESENT" | "REVOKED" | "SEND_FAILED" | "SENT" | "%future added value";
export type OrgInviteStatus = "ACCEPTED" | "DECLINED" | "EXPIRED" | "PENDING" | "REVOKED" | "%future added value";
export type OrgRoleName = "ADMIN" | "OWNER" | "USER" | "%future added value";
export type OrgUserEventType = "JOINED" | "LEFT" | "REINSTATED" | "REMOVED" | "ROLES_CHANGED" | "SUSPENDED" | "%future added value";
export type documentsOrgEventsSubscription$variables = {
  after?: string | null | undefined;
  orgId: string;
};
export type documentsOrgEventsSubscription$data = {
  readonly orgEvents: {
    readonly __typename: string;
    readonly cursor: string;
    readonly inviteEventType?: OrgInviteEventType;
    readonly memberEventType?: OrgUserEventType;
    readonly orgInvite?: {
      readonly id: string;
      readonly status: OrgInviteStatus;
    } | null | undefined;
    readonly roles?: ReadonlyArray<OrgRoleName>;
    readonly seq: number;
    readonly user?: {
      readonly id: string;
      readonly name: string | null | undefined;
    } | null | undefined;
  };
};
export type documentsOrgEventsSubscription = {
  response: documentsOrgEventsSubscription$data;
  variables: documentsOrgEventsSubscription$variables;
};

const node: ConcreteRequest = (function(){
var v0 = {
  "defaultValue": null,
  "kind": "LocalArgument",
  "name": "after"
},
v1 = {
  "defaultValue": null,
  "kind": "LocalArgument",
  "name": "orgId"
},
v2 = [
  {
    "kind": "Variable",
    "name": "after",
    "variableName": "after"
  },
  {
    "kind": "Variable",
    "name": "orgId",
    "variableName": "orgId"
  }
],
v3 = {
  "alias": null,
  "args": null,
  "kind": "ScalarField",
  "name": "__typename",
  "storageKey": null
},
v4 = {
  "alias": null,
  "args": null,
  "kind": "ScalarField",
  "name": "seq",
  "storageKey": null
},
v5 = {
  "alias": null,
  "args": null,
  "kind": "ScalarField",
  "name": "cursor",
  "storageKey": null
},
v6 = {
  "alias": null,
  "args": null,
  "kind": "ScalarField",
  "name": "id",
  "storageKey": null
},
v7 = {
  "kind": "InlineFragment",
  "selections": [
    {
      "alias": null,
      "args": null,
      "kind": "ScalarField",
      "name": "inviteEventType",
      "storageKey": null
    },
    {
      "alias": null,
      "args": null,
      "concreteType": "OrgInvite",
      "kind": "LinkedField",
      "name": "orgInvite",
      "plural": false,
      "selections": [
        (v6/*:: as any*/),
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
  "type": "OrgInviteEvent",
  "abstractKey": null
},
v8 = {
  "kind": "InlineFragment",
  "selections": [
    {
      "alias": null,
      "args": null,
      "kind": "ScalarField",
      "name": "memberEventType",
      "storageKey": null
    },
    {
      "alias": null,
      "args": null,
      "kind": "ScalarField",
      "name": "roles",
      "storageKey": null
    },
    {
      "alias": null,
      "args": null,
      "concreteType": "User",
      "kind": "LinkedField",
      "name": "user",
      "plural": false,
      "selections": [
        (v6/*:: as any*/),
        {
          "alias": null,
          "args": null,
          "kind": "ScalarField",
          "name": "name",
          "storageKey": null
        }
      ],
      "storageKey": null
    }
  ],
  "type": "OrgUserEvent",
  "abstractKey": null
};
return {
  "fragment": {
    "argumentDefinitions": [
      (v0/*:: as any*/),
      (v1/*:: as any*/)
    ],
    "kind": "Fragment",
    "metadata": null,
    "name": "documentsOrgEventsSubscription",
    "selections": [
      {
        "alias": null,
        "args": (v2/*:: as any*/),
        "concreteType": null,
        "kind": "LinkedField",
        "name": "orgEvents",
        "plural": false,
        "selections": [
          (v3/*:: as any*/),
          (v4/*:: as any*/),
          (v5/*:: as any*/),
          (v7/*:: as any*/),
          (v8/*:: as any*/)
        ],
        "storageKey": null
      }
    ],
    "type": "Subscription",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": [
      (v1/*:: as any*/),
      (v0/*:: as any*/)
    ],
    "kind": "Operation",
    "name": "documentsOrgEventsSubscription",
    "selections": [
      {
        "alias": null,
        "args": (v2/*:: as any*/),
        "concreteType": null,
        "kind": "LinkedField",
        "name": "orgEvents",
        "plural": false,
        "selections": [
          (v3/*:: as any*/),
          (v4/*:: as any*/),
          (v5/*:: as any*/),
          (v7/*:: as any*/),
          (v8/*:: as any*/),
          (v6/*:: as any*/)
        ],
        "storageKey": null
      }
    ]
  },
  "params": {
    "cacheID": "5ce4ea4a992ab16283ab13a6da0b4505",
    "id": null,
    "metadata": {},
    "name": "documentsOrgEventsSubscription",
    "operationKind": "subscription",
    "text": "subscription documentsOrgEventsSubscription(\n  $orgId: ID!\n  $after: String\n) {\n  orgEvents(orgId: $orgId, after: $after) {\n    __typename\n    seq\n    cursor\n    ... on OrgInviteEvent {\n      inviteEventType\n      orgInvite {\n        id\n        status\n      }\n    }\n    ... on OrgUserEvent {\n      memberEventType\n      roles\n      user {\n        id\n        name\n      }\n    }\n    id\n  }\n}\n"
  }
};
})();

(node as any).hash = "468b79bf992b640eb645562d30a0c3d9";

export default node;
