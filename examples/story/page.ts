import { type OrgEvent, typeOf } from './dashboard.js'

const colours = process.stdout.hasColors?.() === true && !process.env.NO_COLOR
const paint = (code: number) => (text: string) => (colours ? `\x1b[${code}m${text}\x1b[0m` : text)
const bold = paint(1)
const faint = paint(2)
const tones: Record<string, (text: string) => string> = {
  ACCEPTED: paint(32),
  JOINED: paint(32),
  DECLINED: paint(31),
  REVOKED: paint(31),
  REMOVED: paint(31),
  SENT: paint(36),
}

const line = (text = '') => console.log(text)
let began = performance.now()

export const title = (text: string, where: string) => line(`\n  ${bold(text)}  ${faint(where)}`)

/** Prints what a person does. */
export function step(text: string): void {
  began = performance.now()
  line(`\n  ${bold('▸')} ${text}`)
}

/** Prints what a person sees, apart from the dashboard. */
export const note = (what: string, text: string) => line(`${' '.repeat(18)}${faint(what.padEnd(14))} ${text}`)

/** Prints an event: its number, the time since the step began (live events only), and what happened. */
export function row(event: OrgEvent, how: 'history' | 'live'): void {
  const type = typeOf(event)
  const after = how === 'live' ? `${Math.round(performance.now() - began)} ms` : ''
  const number = String(event.seq).padStart(5)
  line(`  ${number} ${faint(after.padStart(8))}  ${(tones[type] ?? bold)(type.padEnd(14))} ${detail(event)}`)
}

export const end = (text: string) => line(`\n  ${paint(32)('✓')} ${text}\n`)
export const failure = (text: string) => line(`\n  ${paint(31)('✗')} ${text}\n`)

function detail(event: OrgEvent): string {
  switch (event.__typename) {
    case 'OrgInviteEvent': {
      const change = event.previousStatus === event.status ? '' : `${event.previousStatus ?? 'new'} → `
      return `${event.orgInvite?.email ?? 'an invite'}  ${faint(`${change}${event.status}, ${event.roles.join(' + ')}`)}`
    }
    case 'OrgUserEvent':
      return `${event.user?.name ?? 'somebody'}  ${faint(`${event.previousRoles.join(' + ') || 'outside'} → ${event.roles.join(' + ') || 'outside'}`)}`
    case 'OrgJoinRequestEvent':
      return event.user?.name ?? 'somebody'
    case 'OrgChangeEvent':
      return event.summary
  }
}
