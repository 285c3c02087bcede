import { isDeepStrictEqual } from 'node:util'
import pg from 'pg'
import type { Contestant } from './contestants.js'
import { answersOf, next } from './load/work.js'
import { subjectOf } from './seed.js'
import { type Answer, type ClientRequest, uuidOf, type Workload } from './workloads.js'

/**
 * Checks, before any measurement, that all contestants give the same responses and write the same data as the first.
 * @returns the contestants that fail, each with the reason
 */
export async function compare(
  workload: Workload,
  taking: Contestant[],
  databaseUrl: string,
): Promise<Map<Contestant, string>> {
  const wrong = new Map<Contestant, string>()
  let model: { answers: Answer[]; written: unknown } | undefined
  for (const contestant of taking)
    try {
      const request = workload.writes ? next(workload) : workload.ask(5)
      const answers = await answersOf(contestant, request)
      const written = workload.writes ? await writtenBy(request, databaseUrl) : undefined
      model ??= { answers, written }
      const { fields, events } = contestant.lacks
      const shown = (value: unknown) =>
        JSON.parse(
          JSON.stringify(value, (key, field) =>
            fields.includes(key) ? undefined : workload.writes && isOwn(key) ? typeof field : field,
          ),
        )
      demandEqual('answers', shown(answers), shown(model.answers))
      if (workload.writes && !events) demandEqual('writes', written, model.written)
    } catch (error) {
      wrong.set(contestant, String(error instanceof Error ? error.message : error))
    }
  return wrong
}

/** Fields that differ with every write. */
const isOwn = (field: string) => ['id', 'email', 'name'].includes(field)

function demandEqual(verb: string, given: unknown, expected: unknown): void {
  if (isDeepStrictEqual(given, expected)) return
  throw new Error(`it ${verb} otherwise:\n${JSON.stringify(given)}\n${JSON.stringify(expected)}`)
}

/** The data that an invite and its acceptance wrote in an org without history: counts, events, the membership. */
async function writtenBy({ variables, user }: ClientRequest, databaseUrl: string): Promise<unknown> {
  const { orgId } = variables.input as { orgId: string }
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const { rows } = await client.query(
      `select o.event_seq, o.member_count, o.pending_count, o.accepted_count, o.invite_day_count, e.events, m.members
      from org o,
        lateral (select json_agg(json_build_object('seq', seq, 'kind', kind, 'type', type, 'status', status,
          'from', previous_status, 'roles', roles, 'were', previous_roles, 'by inviter', actor_id = inviter.id, 'has invite',
          org_invite_id is not null, 'has user', user_id is not null, 'in inbox', e.inbox_seq is not null)
          order by seq) as events
          from org_event e, "user" inviter where e.org_id = o.id and inviter.subject = $2) e,
        lateral (select json_agg(json_build_object('roles', m.roles, 'origin', m.origin, 'status', i.status,
          'resolved', i.resolved_at is not null)) as members
          from org_user m join org_invite i on i.id = m.invite_id where m.org_id = o.id) m
      where o.id = $1`,
      [uuidOf(orgId), subjectOf(user)],
    )
    return rows[0]
  } finally {
    await client.end()
  }
}
