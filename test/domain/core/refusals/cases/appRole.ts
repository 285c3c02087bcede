import { fillAppRoles, newKey, upsertAppRole as upsert } from '../../../../support/appRoles.js'
import { createOrg, mutate } from '../../../../support/mutate.js'
import type { Cases } from './fixture.js'

export const unknownAppRole = btoa('AppRole:0190f5a0-1234-7abc-8def-000000000001')
const input = () => ({ key: newKey(), name: 'A role', permissions: ['project:write'] })

export const upsertAppRole = {
  UpsertAppRolePayload: async ({ server }) => ({ client: server.instance, input: input() }),
  PermissionDeniedError: async ({ people }) => ({ client: people.owner, input: input() }),
  InvalidInputError: async ({ server }) => ({ client: server.instance, input: { ...input(), key: 'Upper' } }),
  LimitReachedError: async ({ limited }) => {
    await fillAppRoles(limited, 200)
    return { client: limited.instance, input: input() }
  },
} satisfies Cases

export const deleteAppRole = {
  DeleteAppRolePayload: async ({ server }) => ({
    client: server.instance,
    input: { appRoleId: (await upsert(server)).id },
  }),
  NotFoundError: async ({ server }) => ({ client: server.instance, input: { appRoleId: unknownAppRole } }),
  PermissionDeniedError: async ({ server, people }) => ({
    client: people.owner,
    input: { appRoleId: (await upsert(server)).id },
  }),
  AppRoleInUseError: async ({ server, people }) => {
    const [{ id }, orgId] = [await upsert(server), await createOrg(people.owner)]
    await mutate(people.owner, 'updateOrgUserRoles', { orgId, userId: people.owner.id, addAppRoleIds: [id] })
    return { client: server.instance, input: { appRoleId: id } }
  },
} satisfies Cases
