import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerJson } from '../../http/answer.js'
import { readBody } from '../../http/body.js'

/** Someone whom a visitor of the pages may be. */
interface OfferedPerson {
  readonly name: string
  /** In words: "owner of Acme". */
  readonly role: string
  /** What the page then sends as Bearer. */
  readonly token: string
}

/** Sign-in without an identity provider: whoever reaches it may be anybody, so it is for development alone. */
export interface OfferedPeople {
  list(): Promise<readonly OfferedPerson[]>
  /** As anybody with that address, which counts as verified. Null where it is no address. */
  signInAs(person: { readonly name: string; readonly email: string }): Promise<OfferedPerson | null>
}

const MAX_BYTES = 2_048

/** GET: the people offered, nobody where there are none to offer. POST {name, email}: signs in as that person. */
export async function servePeople(
  req: IncomingMessage,
  res: ServerResponse,
  people: OfferedPeople | undefined,
): Promise<void> {
  if (req.method === 'GET' || req.method === 'HEAD')
    return answerJson(res, 200, people ? await people.list() : [])
  if (req.method !== 'POST' || !people)
    return answerJson(res, 405, { message: 'Nobody can be signed in here.' })
  // JSON, because a foreign page would have to ask leave for it, and gets none.
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
