import { mutate } from '../../support/mutate.js'
import type { Random } from '../../support/random.js'
import { ask, type Client, INSTANCE_TOKEN } from '../../support/testServer.js'

export interface Writers {
  /** Resolves when all calls have their answer, and nobody writes any more. */
  pause(): Promise<void>
  resume(): void
  /** How many mutations were done. */
  done(): number
  orgs: string[]
}

const roleSets = [['USER'], ['ADMIN'], ['OWNER'], ['USER', 'ADMIN']]

/** Several writers that change memberships, app roles and orgs at random, on any of the servers. */
export async function startMembershipWriters(
  servers: readonly { url: string }[],
  random: Random,
  { writers, people, orgs }: { writers: number; people: number; orgs: number },
): Promise<Writers> {
  const authorization = `Bearer ${INSTANCE_TOKEN}`
  const instance: Client = {
    authorization,
    ask: (document, variables) => ask(random.pick(servers).url, authorization, document, variables),
  }
  const change = (mutation: string, input: Record<string, unknown>, payload?: string) =>
    mutate(instance, mutation, input, payload)

  const users: string[] = []
  for (let n = 0; n < people; n++) {
    const person = { subject: `mirror|${n}`, email: `p${n}@mirror.example`, emailVerified: true }
    users.push((await change('upsertUser', person, 'user { id }')).user.id)
  }
  let names = 0
  const newOrg = async () => {
    const input = { name: `Mirrored ${++names}`, ownerId: random.pick(users) }
    const { org } = await change('createOrg', input, 'org { id }')
    if (org) all.push(org.id)
  }
  const all: string[] = []
  for (let n = 0; n < orgs; n++) await newOrg()
  const keys = ['writer', 'reader', 'auditor']
  const appRoles: string[] = []
  const define = async (key: string) => {
    const permissions = ['project:read', 'project:write', 'audit'].filter(() => random.below(2) === 0)
    const { appRole } = await change('upsertAppRole', { key, name: key, permissions }, 'appRole { id }')
    return appRole?.id as string
  }
  for (const key of keys) appRoles.push(await define(key))

  const act = () => {
    const member = { orgId: random.pick(all), userId: random.pick(users) }
    const turn = random.below(100)
    if (turn < 30) return change('addOrgUser', { ...member, roles: random.pick(roleSets) })
    if (turn < 45) return change('updateOrgUserRoles', { ...member, add: random.pick(roleSets) })
    if (turn < 55) return change('updateOrgUserRoles', { ...member, remove: random.pick(roleSets) })
    if (turn < 65) return change('updateOrgUserRoles', { ...member, addAppRoleIds: [random.pick(appRoles)] })
    if (turn < 70)
      return change('updateOrgUserRoles', { ...member, removeAppRoleIds: [random.pick(appRoles)] })
    if (turn < 80) return change('suspendOrgUser', member)
    if (turn < 88) return change('reinstateOrgUser', member)
    if (turn < 96) return change('removeOrgUser', member)
    if (turn < 98) return newOrg()
    return define(random.pick(keys))
  }

  let isPaused = false
  let done = 0
  let running: Promise<unknown>[] = []
  const write = async () => {
    while (!isPaused) {
      const isDone = await act().then(
        () => true,
        () => false,
      )
      if (isDone) done++
      // A server is being killed.
      else await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  const resume = () => {
    isPaused = false
    running = Array.from({ length: writers }, write)
  }
  resume()
  return {
    orgs: all,
    done: () => done,
    resume,
    async pause() {
      isPaused = true
      await Promise.all(running)
    },
  }
}
