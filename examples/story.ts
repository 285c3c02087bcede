// The whole story of an org, played against a running server: `npm start` in one terminal, `npm run example`
// in another. Three people act by GraphQL over HTTP; a dashboard watches over WebSocket. Ends with 0 only if
// the dashboard saw every step, in order and without a gap.

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
import { mailboxOffice, openMail, smtpOffice } from './story/mail.js'
import { act, end, failure, note, row, title } from './story/page.js'
import { signIn } from './story/people.js'

const url = (process.env.GUILDHALL_URL ?? 'http://localhost:4000').replace(/\/$/, '')
const smtpPort = Number(process.env.EXAMPLE_SMTP_PORT ?? 0)
// A name and addresses of this run's own: the story can be played as often as you like.
const run = Date.now().toString(36)

async function play(): Promise<void> {
  const nobody = new Api(url)
  const office = smtpPort > 0 ? await smtpOffice(smtpPort) : mailboxOffice(url)

  act('Ada signs in and founds an org')
  const ada = await signIn(url, 'Ada', `ada@${run}.example`)
  const { viewer } = await ada.ask(WhoAmIDocument, {})
  note('viewer', `${viewer?.name}, ${viewer?.email}`)
  const { org } = await ada.act(CreateOrgDocument, { name: `Story ${run}` })
  const orgId = org.id
  const dashboard = await openDashboard(ada, orgId, row)

  const invite = async (email: string) => {
    const input = { orgId, invitee: { email }, sendEmail: true, message: 'Come in!' }
    const { orgInvite } = await ada.act(InviteSomeoneDocument, input)
    await dashboard.sees('CREATED', 'SENT')
    return orgInvite.id
  }

  act('Ada invites Ben by e-mail, and the mail arrives')
  const ben = await signIn(url, 'Ben', `ben@${run}.example`)
  await invite(ben.email)
  const letter = await openMail(office, ben.email, 1)
  note('mail', letter.subject)

  act('Ben opens the link: the bearer sees enough to decide, and no more')
  const { orgInvitePreview } = await nobody.ask(PreviewInviteDocument, { token: letter.token })
  if (orgInvitePreview?.status !== 'PENDING') throw new Error('The link shows no pending invite.')
  note('preview', `${orgInvitePreview.orgName}, for ${orgInvitePreview.maskedEmail}`)

  act('Ben accepts')
  const { orgUser } = await ben.act(AcceptInviteDocument, { invite: { token: letter.token } })
  note('member of', `${orgUser.org.name} as ${orgUser.roles.join(' + ')}`)
  await dashboard.sees('ACCEPTED', 'JOINED')

  act('Ada invites Cleo, and again: the second link kills the first')
  const cleo = await signIn(url, 'Cleo', `cleo@${run}.example`)
  const toCleo = await invite(cleo.email)
  await ada.act(ResendInviteDocument, { orgInviteId: toCleo, sendEmail: true })
  await dashboard.sees('RESENT', 'SENT')
  const first = await openMail(office, cleo.email, 1)
  const second = await openMail(office, cleo.email, 2)
  const dead = await nobody.ask(PreviewInviteDocument, { token: first.token })
  if (dead.orgInvitePreview) throw new Error('The first link still works.')
  note('first link', 'dead')

  act('Cleo declines')
  await cleo.act(DeclineInviteDocument, { invite: { token: second.token } })
  await dashboard.sees('DECLINED')

  act('Ada makes Ben an admin')
  const userId = (await ben.ask(WhoAmIDocument, {})).viewer?.id ?? ''
  await ada.act(ChangeRolesDocument, { orgId, userId, add: ['ADMIN'] })
  await dashboard.sees('ROLES_CHANGED')

  act('Ada invites Drew')
  const toDrew = await invite(`drew@${run}.example`)

  act('The dashboard’s connection breaks. Meanwhile Ben revokes that invite, and Ada takes a role back')
  dashboard.cut()
  await ben.act(RevokeInviteDocument, { orgInviteId: toDrew })
  await ada.act(ChangeRolesDocument, { orgId, userId, remove: ['ADMIN'] })
  note('connection', 'down: nothing is seen')

  act(`It reconnects, with the cursor of number ${dashboard.seq}`)
  dashboard.resume()
  await dashboard.sees('REVOKED', 'ROLES_CHANGED')

  const glance = (await ada.ask(OrgGlanceDocument, { orgId })).org
  if (glance?.events?.nodes[0]?.seq !== dashboard.seq) throw new Error('The dashboard is behind the history.')
  const { accepted, declined, revoked } = glance.inviteCounts ?? {}
  if (accepted !== 1 || declined !== 1 || revoked !== 1) throw new Error('The counts tell another story.')
  end(`Seen: events 1 to ${dashboard.seq}, in order, none missing and none twice.`)
  await dashboard.close()
  office.close()
}

title('Guildhall, the whole story', url)
try {
  await play()
} catch (error) {
  failure(error instanceof Error ? `${error.message}${wordsOf(error.cause)}` : String(error))
  process.exit(1)
}

function wordsOf(cause: unknown): string {
  return cause instanceof Error ? ` (${cause.message || Reflect.get(cause, 'code')} at ${url})` : ''
}
