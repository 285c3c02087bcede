import { isLoopback } from '../src/http/local.js'
import { demoPeople, demoToken } from './people.js'

/** The text for a developer once the server listens: the URLs, and how to sign in. */
export async function banner(
  url: string,
  { host, jwtSecret, mailbox }: { host: string; jwtSecret: string | undefined; mailbox: boolean },
): Promise<string> {
  const lines = [
    '',
    '  Guildhall is ready.',
    '',
    `  GraphiQL   ${url}/graphql`,
    `  Dashboard  ${url}/live`,
    ...(mailbox ? [`  Mailbox    ${url}/mail`] : []),
  ]
  const permits = [...(mailbox ? ['read the mailbox'] : []), ...(jwtSecret ? ['sign in as anybody'] : [])]
  if (!isLoopback(host) && permits.length > 0)
    lines.push(
      '',
      `  Careful: HOST is ${host}. Anyone who reaches this machine over the network can ${permits.join(' and ')}.`,
      '  Set NODE_ENV=production, or leave HOST out.',
    )
  if (jwtSecret !== undefined) {
    lines.push(
      '',
      '  Three people are in the org Acme. GraphiQL and the dashboard sign you in as one of them by a click;',
      '  a program sends Authorization: Bearer … with one of these:',
    )
    for (const person of Object.values(demoPeople))
      lines.push(
        '',
        `  ${person.name}, ${person.role.toLowerCase()}`,
        `  ${await demoToken(person, jwtSecret)}`,
      )
    lines.push('', '  Try it:', '', await curlLine(url, jwtSecret))
  }
  return `${lines.join('\n')}\n\n`
}

async function curlLine(url: string, jwtSecret: string): Promise<string> {
  const query = '{ viewer { name orgUsers { nodes { roles org { name limits { seatsUsed } } } } } }'
  return (
    `curl -s ${url}/graphql -H 'Content-Type: application/json' ` +
    `-H 'Authorization: Bearer ${await demoToken(demoPeople.ada, jwtSecret)}' ` +
    `-d '${JSON.stringify({ query })}'`
  )
}
