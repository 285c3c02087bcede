// The life of an org, run against a real server: the one of `npm start`, or one that this starts for itself. Three people
// send GraphQL over HTTP; a dashboard subscribes over WebSocket. The exit code is 0 only if the dashboard received every
// event, in order and without a gap.

import {
  AcceptInviteDocument,
  ChangeRolesDocument,
  CreateOrgDocument,
  DeclineInviteDocument,
  InviteSomeoneDocument,
  OrgGlanceDocument,
  PreviewInviteDocument,
  ResendInviteDocument,
  RevokeInviteDocument,
  WhoAmIDocument,
} from '../operations/generated/graphql.js'
import { Api } from './api.js'
import { openDashboard } from './story/dashboard.js'
import { localMailbox, openMail, smtpMailbox } from './story/mail.js'
import { end, failure, note, row, step, title } from './story/page.js'
import { signIn } from './story/people.js'
import { openPlace, type Place } from './story/server.js'

const smtpPort = Number(process.env.EXAMPLE_SMTP_PORT ?? 0)
// A name and addresses for this run only, so that you can repeat it.
const runId = Date.now().toString(36)

async function run(url: string): Promise<void> {
  const nobody = new Api(url)
  const mailbox = smtpPort > 0 ? await smtpMailbox(smtpPort) : localMailbox(url)

  step('Ada signs in and creates an org')
  const ada = await signIn(url, 'Ada', `ada@${runId}.example`)
  const { viewer } = await ada.query(WhoAmIDocument, {})
  note('viewer', `${viewer?.name}, ${viewer?.email}`)
  const { org } = await ada.mutate(CreateOrgDocument, { name: `Story ${runId}` })
  const orgId = org.id
  const dashboard = await openDashboard(ada, orgId, row)

  const invite = async (email: string) => {
    const input = { orgId, invitee: { email }, sendEmail: true, message: 'Come in!' }
    const { orgInvite } = await ada.mutate(InviteSomeoneDocument, input)
    await dashboard.sees('CREATED', 'SENT')
    return orgInvite.id
  }

  step('Ada invites Ben by e-mail, and the mail arrives')
  const ben = await signIn(url, 'Ben', `ben@${runId}.example`)
  await invite(ben.email)
  const mail = await openMail(mailbox, ben.email, 1)
  note('mail', mail.subject)

  step('Ben opens the link: the bearer sees enough to decide, and no more')
  const { orgInvitePreview } = await nobody.query(PreviewInviteDocument, { token: mail.token })
  if (orgInvitePreview?.status !== 'PENDING') throw new Error('The link shows no pending invite.')
  note('preview', `${orgInvitePreview.orgName}, for ${orgInvitePreview.maskedEmail}`)

  step('Ben accepts')
  const { orgUser } = await ben.mutate(AcceptInviteDocument, { invite: { token: mail.token } })
  note('member of', `${orgUser.org.name} as ${orgUser.roles.join(' + ')}`)
  await dashboard.sees('ACCEPTED', 'JOINED')

  step('Ada invites Cleo, and again: the second link kills the first')
  const cleo = await signIn(url, 'Cleo', `cleo@${runId}.example`)
  const toCleo = await invite(cleo.email)
  await ada.mutate(ResendInviteDocument, { orgInviteId: toCleo, sendEmail: true })
  await dashboard.sees('RESENT', 'SENT')
  const first = await openMail(mailbox, cleo.email, 1)
  const second = await openMail(mailbox, cleo.email, 2)
  const dead = await nobody.query(PreviewInviteDocument, { token: first.token })
  if (dead.orgInvitePreview) throw new Error('The first link still works.')
  note('first link', 'dead')

  step('Cleo declines')
  await cleo.mutate(DeclineInviteDocument, { invite: { token: second.token } })
  await dashboard.sees('DECLINED')

  step('Ada makes Ben an admin')
  const userId = (await ben.query(WhoAmIDocument, {})).viewer?.id ?? ''
  await ada.mutate(ChangeRolesDocument, { orgId, userId, add: ['ADMIN'] })
  await dashboard.sees('ROLES_CHANGED')

  step('Ada invites Drew')
  const toDrew = await invite(`drew@${runId}.example`)

  step('The dashboard’s connection breaks. Meanwhile Ben revokes that invite, and Ada takes a role back')
  dashboard.disconnect()
  await ben.mutate(RevokeInviteDocument, { orgInviteId: toDrew })
  await ada.mutate(ChangeRolesDocument, { orgId, userId, remove: ['ADMIN'] })
  note('connection', 'down: nothing is seen')

  step(`It reconnects, with the cursor of number ${dashboard.seq}`)
  dashboard.reconnect()
  await dashboard.sees('REVOKED', 'ROLES_CHANGED')

  const glance = (await ada.query(OrgGlanceDocument, { orgId })).org
  if (glance?.events?.nodes[0]?.seq !== dashboard.seq) throw new Error('The dashboard is behind the history.')
  const { accepted, declined, revoked } = glance.inviteCounts ?? {}
  if (accepted !== 1 || declined !== 1 || revoked !== 1) throw new Error('The counts tell another story.')
  end(`Seen: events 1 to ${dashboard.seq}, in order, none missing and none twice.`)
  await dashboard.close()
  mailbox.close()
}

let place: Place | undefined
try {
  place = await openPlace(smtpPort)
  title('Guildhall, the whole story', place.url)
  await run(place.url)
  await place.leave()
} catch (error) {
  failure(error instanceof Error ? `${error.message}${causeOf(error.cause, place?.url)}` : String(error))
  await place?.leave()
  process.exit(1)
}

function causeOf(cause: unknown, url = ''): string {
  return cause instanceof Error ? ` (${cause.message || Reflect.get(cause, 'code')} at ${url})` : ''
}
