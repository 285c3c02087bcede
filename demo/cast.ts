import type { DemoPerson } from './people.js'

const firstNames =
  'Aisha Akira Alma Amara Anton Bruno Camille Chidi Clara Dario Elif Emeka Esra Farah Felix Greta Hana Hugo Ines Ivo Jamal Jana Kofi Lena Lin Mara Mateo Mina Nadia Noor Olga Omar Paula Priya Rafael Ravi Rosa Samir Sofia Tariq Vera Wei Yara Zoe'.split(
    ' ',
  )
const lastNames =
  'Abbas Almeida Andersen Bauer Bianchi Castro Chen Costa Dubois Eriksen Fischer Ferrari Garcia Haddad Hansen Ito Jensen Kaya Keller Khan Kovacs Larsen Lopez Mensah Moreau Mori Nguyen Novak Okoye Park Patel Petrov Rossi Sato Schmidt Silva Singh Tanaka Weber Yilmaz'.split(
    ' ',
  )

/** Where the cast has its mail. An invite to any other address is a visitor's, and left alone. */
export const castHosts = ['northwind.example', 'contoso.example', 'tailspin.example', 'fabrikam.example']

/** By this the cast's accounts are told from those of visitors. */
export const castSubject = 'cast|'

/** Somebody of about seven thousand: enough that hours pass before an address is used up for the day. */
export function someone(random: () => number, hosts: readonly string[] = castHosts): DemoPerson {
  const [first, last] = [pick(random, firstNames), pick(random, lastNames)]
  const email = `${first}.${last}@${pick(random, hosts)}`.toLowerCase()
  return { ...castMember(email), name: `${first} ${last}` }
}

/** The one of the cast who has this address. */
export function castMember(email: string): DemoPerson {
  const name = email.slice(0, email.indexOf('@')).split('.').map(capital).join(' ')
  return { subject: `${castSubject}${email}`, name, email, role: '' }
}

export function pick<T>(random: () => number, choices: readonly T[]): T {
  const choice = choices[Math.floor(random() * choices.length)]
  if (choice === undefined) throw new Error('nothing to choose from')
  return choice
}

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)
