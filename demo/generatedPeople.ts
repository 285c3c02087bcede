import type { DemoPerson } from './people.js'

const firstNames =
  'Aisha Akira Alma Amara Anton Bruno Camille Chidi Clara Dario Elif Emeka Esra Farah Felix Greta Hana Hugo Ines Ivo Jamal Jana Kofi Lena Lin Mara Mateo Mina Nadia Noor Olga Omar Paula Priya Rafael Ravi Rosa Samir Sofia Tariq Vera Wei Yara Zoe'.split(
    ' ',
  )
const lastNames =
  'Abbas Almeida Andersen Bauer Bianchi Castro Chen Costa Dubois Eriksen Fischer Ferrari Garcia Haddad Hansen Ito Jensen Kaya Keller Khan Kovacs Larsen Lopez Mensah Moreau Mori Nguyen Novak Okoye Park Patel Petrov Rossi Sato Schmidt Silva Singh Tanaka Weber Yilmaz'.split(
    ' ',
  )

/** The mail domains of the generated people. The demo doesn't touch invites to any other address. */
export const generatedHosts = ['northwind.example', 'contoso.example', 'tailspin.example', 'fabrikam.example']

/** The prefix of the subjects of generated people. It distinguishes them from visitors. */
export const GENERATED_SUBJECT = 'cast|'

/**
 * Returns one of about 7,000 people. With so many, it takes hours until an address reaches its daily limit of mails.
 */
export function randomPerson(random: () => number, hosts: readonly string[] = generatedHosts): DemoPerson {
  const [first, last] = [pick(random, firstNames), pick(random, lastNames)]
  const email = `${first}.${last}@${pick(random, hosts)}`.toLowerCase()
  return { ...generatedPerson(email), name: `${first} ${last}` }
}

/** The generated person with this address. */
export function generatedPerson(email: string): DemoPerson {
  const name = email.slice(0, email.indexOf('@')).split('.').map(capital).join(' ')
  return { subject: `${GENERATED_SUBJECT}${email}`, name, email }
}

export function pick<T>(random: () => number, choices: readonly T[]): T {
  const choice = choices[Math.floor(random() * choices.length)]
  if (choice === undefined) throw new Error('nothing to choose from')
  return choice
}

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)
