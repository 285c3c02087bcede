import { orgEventList } from '../../domain/core/orgEvent.cursors.js'
import type { OrgEventRow } from '../../domain/core/orgEvent.js'
import type { Context } from '../context.js'
import { type Page, type PageArgs, pageOf, sliceOf } from './connection.js'

/** An org's history, oldest first. */
export async function orgEventsOfOrg(
  { app }: Context,
  orgId: string,
  args: PageArgs,
): Promise<Page<OrgEventRow>> {
  const list = orgEventList(orgId)
  const slice = sliceOf(args, (cursor) => app.cursors.decodeSeq(list, cursor))
  const events = await app.prisma.orgEvent.findMany({
    where: {
      orgId,
      seq: {
        ...(slice.after !== null && { gt: slice.after }),
        ...(slice.before !== null && { lt: slice.before }),
      },
    },
    orderBy: { seq: slice.backward ? 'desc' : 'asc' },
    take: slice.size + 1,
  })
  return pageOf(
    slice,
    events,
    ({ seq }) => app.cursors.encodeSeq(list, seq),
    () => app.prisma.orgEvent.count({ where: { orgId } }),
  )
}
