import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { answerJson, answerText } from '../answer.js'
import { readBody } from '../body.js'

/** Somebody whom a page can act as: a name, what they are, and their sign-in token. */
export interface OfferedPerson {
  readonly name: string
  readonly role: string
  readonly token: string
}

/** Whom the pages offer to sign in as. Never in production: whoever can ask is let in. */
export interface OfferedPeople {
  list(): Promise<OfferedPerson[]>
  /** Null where the address is none. */
  signInAs(person: { name: string; email: string }): Promise<OfferedPerson | null>
}

const MAX_BODY_BYTES = 4_096

const Person = z.object({ name: z.string().trim().min(1), email: z.string() })

/** `GET` lists them; `POST {"name", "email"}` signs anybody in. Where none are offered the list is empty. */
export async function servePeople(
  req: IncomingMessage,
  res: ServerResponse,
  people: OfferedPeople | undefined,
): Promise<void> {
  if (req.method === 'GET' || req.method === 'HEAD')
    return answerJson(res, 200, people ? await people.list() : [])
  if (req.method !== 'POST' || !people) {
    res.setHeader('allow', people ? 'GET, HEAD, POST' : 'GET, HEAD')
    return answerText(res, 405, 'Nobody can be signed in here.\n')
  }
  // A browser asks before it sends JSON to another origin, and is told no; a form it would just send.
  if (!req.headers['content-type']?.startsWith('application/json'))
    return answerText(res, 415, 'Send JSON.\n')
  const asked = await readPerson(req)
  const person = asked && (await people.signInAs(asked))
  if (!person) return answerJson(res, 400, { message: 'Give a name and an e-mail address.' })
  answerJson(res, 200, person)
}

async function readPerson(req: IncomingMessage): Promise<{ name: string; email: string } | null> {
  try {
    return Person.parse(JSON.parse(await readBody(req, MAX_BODY_BYTES)))
  } catch {
    return null
  }
}
