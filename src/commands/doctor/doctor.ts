import { type GivenSettings, gatherAll, partOf } from '../../settings/given.js'
import { BadSettings, type Settings, settingsOf, settingsOfCommand } from '../../settings/settings.js'
import { settingsWarnings } from '../../settings/warnings.js'
import { type Given, print } from '../run.js'
import { addressChecks } from './addresses.js'
import { type Check, type Finding, findingsOf, ok, problem, warning } from './check.js'
import { databaseCheck } from './database.js'
import { dataDirCheck } from './dataDir.js'
import { mailCheck } from './mail.js'
import { redisCheck } from './redis.js'
import { signInCheck } from './signIn.js'

const checks: readonly Check[] = [
  databaseCheck,
  dataDirCheck,
  redisCheck,
  mailCheck,
  signInCheck,
  ...addressChecks,
]

/**
 * Looks whether a server with this environment would work, and says what to do if not. All checks run at once. If settings
 * are wrong, the checks whose settings are right run all the same.
 * @returns 1 if there is a problem
 */
export async function doctor({ json, progress }: Given, env: NodeJS.ProcessEnv): Promise<number> {
  progress.show('Checking …')
  const given = await gatherAll(env, { directory: process.cwd() })
  const [settings, ofSettings] = readAll(given, env)
  const found = await Promise.all(
    checks.map(async (check) => {
      const own = settings ?? readSome(given, check)
      return own ? findingsOf(check, own) : []
    }),
  )
  progress.end()
  const findings = [...ofSettings, ...found.flat()]
  const problems = findings.filter(({ status }) => status === 'PROBLEM').length
  const warnings = findings.filter(({ status }) => status === 'WARNING').length
  if (json) print(JSON.stringify({ ok: problems === 0, problems, warnings, findings }))
  else
    print(
      `${findings.map(inWords).join('\n')}\n\n${counted(problems, 'problem')}, ${counted(warnings, 'warning')}.`,
    )
  return problems === 0 ? 0 : 1
}

function readAll(given: GivenSettings, env: NodeJS.ProcessEnv): [Settings | undefined, Finding[]] {
  try {
    const settings = settingsOf(given)
    const warnings = settingsWarnings(settings, env, given).map((text) =>
      warning('settings', text, 'See docs/settings.md.'),
    )
    return [settings, [ok('settings', 'all are valid'), ...warnings]]
  } catch (error) {
    if (!(error instanceof BadSettings)) throw error
    return [undefined, error.problems.map((text) => problem('settings', text, 'See docs/settings.md.'))]
  }
}

/** The settings of a check. Undefined if they are wrong too. */
function readSome(given: GivenSettings, { reads }: Check): Settings | undefined {
  try {
    const own = partOf(given, ['NODE_ENV', ...reads])
    return own && settingsOfCommand(own)
  } catch (error) {
    if (!(error instanceof BadSettings)) throw error
    return undefined
  }
}

const inWords = ({ status, check, message, cure }: Finding) =>
  `${status.padEnd(7)}  ${check.padEnd(11)}  ${message}${cure === undefined ? '' : `\n${' '.repeat(22)}→ ${cure}`}`

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`
