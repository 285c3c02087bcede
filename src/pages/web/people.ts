import type { IncomingMessage, ServerResponse } from 'node:http'
import type { OrgRoleName } from '../../generated/prisma/enums.js'
import { answerJson } from '../../http/answer.js'
import { readBody } from '../../http/body.js'

/** A person as whom a visitor may sign in. */
interface OfferedPerson {
  readonly name: string
  /** An org of theirs, and their role in it. The page finds the words. */
  readonly member: { readonly role: OrgRoleName; readonly orgName: string } | null
  /** The Bearer token of the page's requests. */
  readonly token: string
}

/** Sign-in as anybody, without an identity provider. For development only. */
export interface OfferedPeople {
  list(): Promise<readonly OfferedPerson[]>
  /** Signs in the user with this address, which counts as verified. Null if it is no valid address. */
  signInAs(person: { readonly name: string; readonly email: string }): Promise<OfferedPerson | null>
}

const MAX_BYTES = 2_048

/** GET lists the people, or none in production. POST {name, email} signs in as that person. */
export async function servePeople(
  req: IncomingMessage,
  res: ServerResponse,
  people: OfferedPeople | undefined,
): Promise<void> {
  if (req.method === 'GET' || req.method === 'HEAD')
    return answerJson(res, 200, people ? await people.list() : [])
  if (req.method !== 'POST' || !people)
    return answerJson(res, 405, { message: 'Nobody can be signed in here.' })
  // JSON only: another origin would need a CORS preflight for it, which fails.
  if (!/^application\/json\b/i.test(req.headers['content-type'] ?? ''))
    return answerJson(res, 415, { message: 'Send JSON.' })
  const person = parsePerson(await readBody(req, MAX_BYTES).catch(() => ''))
  if (!person) return answerJson(res, 400, { message: 'Give a name and an e-mail address.' })
  const signedIn = await people.signInAs(person)
  if (signedIn) answerJson(res, 200, signedIn)
  else answerJson(res, 400, { message: 'This is not an e-mail address.' })
}

function parsePerson(text: string): { name: string; email: string } | undefined {
  try {
    const body: unknown = JSON.parse(text)
    if (typeof body !== 'object' || body === null) return undefined
    const name: unknown = Reflect.get(body, 'name')
    const email: unknown = Reflect.get(body, 'email')
    if (typeof name !== 'string' || typeof email !== 'string') return undefined
    return name.trim() && email.trim() ? { name: name.trim(), email: email.trim() } : undefined
  } catch {
    return undefined
  }
}
