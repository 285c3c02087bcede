import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings'
import { allPermissions } from '../domain/core/permission.js'
import type { Permission } from '../generated/prisma/enums.js'
import { versionOfGuildhall } from '../lib/packageRoot.js'
import { gatherAll } from '../settings/given.js'
import { run, settingsOfInstance } from './run.js'
import type { SettingsOptions } from './settings.js'

export interface Entry {
  env: NodeJS.ProcessEnv
  /** Runs the server until it is stopped. */
  serve: (options: { isDemo: boolean }) => Promise<void>
}

const CHECK = 'only say what is wrong with the settings; exit code 0 if nothing is'

/**
 * All commands, with their options and their help, from which docs/cli.md is made too. The code of a command is loaded when
 * it runs.
 */
export function program({ env, serve }: Entry): Command {
  const guildhall = new Command('guildhall')
    .description(
      'Orgs, members and invitations as a GraphQL service. Without a command it runs the server. Settings are environment variables, or lines of guildhall.config.yaml.',
    )
    .version(versionOfGuildhall(), '--version', 'print the version')
    .helpOption('-h, --help', 'print how it is used')
    .helpCommand('help [command]', 'print how a command is used')
    .showHelpAfterError('Run it with --help to see how it is used.')
    // Instead of ending the process: see `start`.
    .exitOverride()

  guildhall
    .command('serve')
    .description('run the server until it is stopped')
    .option('--demo', 'with example people who invite each other; never in production')
    .addOption(new Option('--check', CHECK).conflicts('demo'))
    .addHelpText('after', example('guildhall serve'))
    .action(({ demo, check }) =>
      check ? settingsOf(env, { check, json: false }) : serve({ isDemo: demo === true }),
    )

  addSettings(guildhall, env)
  addMigrate(guildhall, env)
  addDoctor(guildhall, env)
  addTokens(guildhall, env)
  addKeys(guildhall, env)
  addUsers(guildhall, env)
  addOrgs(guildhall, env)
  addMail(guildhall, env)
  return guildhall as unknown as Command
}

type Parent = Pick<Command, 'command'>

function addSettings(guildhall: Parent, env: NodeJS.ProcessEnv): void {
  guildhall
    .command('settings')
    .summary('list the settings that are in force')
    .description(
      'list all settings that a server here would use: the value, and where it comes from. Of a secret it says only that it is set. It connects to nothing. Exit code 1 if a server would not accept the settings',
    )
    .option('--check', CHECK)
    .option('--json', 'print JSON')
    .addHelpText('after', example('guildhall settings --check'))
    .action(({ check = false, json = false }) => settingsOf(env, { check, json }))
}

async function settingsOf(env: NodeJS.ProcessEnv, options: SettingsOptions): Promise<void> {
  const { printSettings } = await import('./settings.js')
  const given = await gatherAll(env, { directory: process.cwd() })
  process.exitCode = printSettings(given, env, options)
}

function addMigrate(guildhall: Parent, env: NodeJS.ProcessEnv): void {
  guildhall
    .command('migrate')
    .description('apply the migrations that the database lacks, as a start of the server does')
    .option('--status', 'list all migrations as applied, pending or failed; exit code 0 if all are applied')
    .addOption(
      new Option(
        '--resolve <name>',
        'mark a failed migration: give --rolled-back or --applied too',
      ).conflicts('status'),
    )
    .addOption(
      new Option('--rolled-back', 'with --resolve: the next start applies it again').conflicts('applied'),
    )
    .option('--applied', 'with --resolve: you have made its changes by hand')
    .option('--json', 'print JSON')
    .addHelpText('after', example('guildhall migrate --status'))
    .action(async ({ status, resolve: name, rolledBack, applied, json }, command) => {
      if ((name !== undefined) !== (rolledBack === true || applied === true))
        command.error('error: --resolve needs --rolled-back or --applied, and these need --resolve')
      await run({ env, reads: ['DATABASE_URL', 'DATA_DIR'], json }, async (given) => {
        const { applyMigrations, printMigrations, resolveMigration } = await import('./migrate.js')
        if (name !== undefined) return resolveMigration(given, name, applied ? 'applied' : 'rolled-back')
        return status ? printMigrations(given) : applyMigrations(given)
      })
    })
}

function addKeys(guildhall: Parent, env: NodeJS.ProcessEnv): void {
  guildhall
    .command('keys')
    .description('the keys of org access tokens')
    .command('rotate')
    .description(
      'make a new key. It is published now and signs two minutes later. Tokens of the old key stay valid until they expire. Servers may run meanwhile',
    )
    .option(
      '--withdraw',
      'for a key that leaked: the new key signs at once, and the old ones end with their tokens',
    )
    .option('--json', 'print JSON')
    .addHelpText('after', example('guildhall keys rotate'))
    .action(({ withdraw, json }) =>
      run({ env, reads: [...settingsOfInstance, 'KEY_ENCRYPTION_SECRET'], json }, async (given) => {
        const { rotateKeys } = await import('./keys.js')
        return rotateKeys(given, { withdraw: withdraw === true })
      }),
    )
}

function addDoctor(guildhall: Parent, env: NodeJS.ProcessEnv): void {
  guildhall
    .command('doctor')
    .summary('find out what keeps a server from working')
    .description(
      'look whether a server with these settings would work: database, mail, sign-in, Redis, addresses, clocks, disk. It changes nothing and sends nothing. Exit code 1 if there is a problem',
    )
    .option('--json', 'print JSON')
    .addHelpText('after', example('guildhall doctor'))
    .action(({ json }) =>
      run({ env, reads: [], json }, async (given) => {
        const { doctor } = await import('./doctor/doctor.js')
        return doctor(given, env)
      }),
    )
}

function addTokens(guildhall: Parent, env: NodeJS.ProcessEnv): void {
  const token = guildhall.command('token').description('API tokens')
  token
    .command('create')
    .description('create an API token and print its secret, which is shown only then')
    .requiredOption('--name <name>', 'what the token is for: 1 to 100 characters')
    .requiredOption(
      '--permissions <list>',
      'what it may do, separated by commas, such as ORG_READ,MEMBER_READ',
      permissionsIn,
    )
    .option(
      '--org <id>',
      'id or slug of the org that it belongs to; without it, the token is for the whole instance',
    )
    .option(
      '--expires-at <time>',
      'when it becomes invalid, such as 2027-01-31T12:00:00Z; without it, never',
      timeIn,
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      example('guildhall token create --name backup --permissions ORG_READ,MEMBER_READ --org acme'),
    )
    .action(({ name, permissions, org, expiresAt, json }) =>
      run({ env, reads: settingsOfInstance, json }, async (given) => {
        const { createToken } = await import('./token.js')
        return createToken(given, { name, permissions, org, expiresAt })
      }),
    )
  token
    .command('list')
    .description(
      'list the tokens of the instance, or of an org: all valid ones, and the newest of those that ended',
    )
    .option('--org <id>', 'id or slug of the org')
    .option('--json', 'print JSON')
    .addHelpText('after', example('guildhall token list --org acme'))
    .action(({ org, json }) =>
      run({ env, reads: settingsOfInstance, json }, async (given) => {
        const { listTokens } = await import('./token.js')
        return listTokens(given, org)
      }),
    )
  token
    .command('revoke')
    .description('revoke a token at once, all tokens that it created, and the pending invites that they sent')
    .argument('<id>', 'id of the token: not its secret')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      example('guildhall token revoke QXBpVG9rZW46MDE5YTAwMDAtMDAwMC03MDAwLTgwMDAtMDAwMDAwMDAwMDAw'),
    )
    .action((id, { json }) =>
      run({ env, reads: settingsOfInstance, json }, async (given) => {
        const { revokeToken } = await import('./token.js')
        return revokeToken(given, id)
      }),
    )
}

function addUsers(guildhall: Parent, env: NodeJS.ProcessEnv): void {
  const user = guildhall.command('user').description('accounts')
  user
    .command('show')
    .description('show an account and its memberships')
    .argument('<user>', 'id or e-mail address of the account')
    .option('--json', 'print JSON')
    .addHelpText('after', example('guildhall user show ada@example.com'))
    .action((idOrAddress, { json }) =>
      run({ env, reads: settingsOfInstance, json }, async (given) => {
        const { showUser } = await import('./user.js')
        return showUser(given, idOrAddress)
      }),
    )
  user
    .command('delete')
    .description(
      'delete an account for good: its memberships end, what depends on them is revoked, and what tells about the person is erased. Refused while an org has no other owner',
    )
    .argument('<user>', 'id or e-mail address of the account')
    .option('--yes', 'do not ask before; needed if there is no terminal')
    .option('--json', 'print JSON')
    .addHelpText('after', example('guildhall user delete ada@example.com --yes'))
    .action(async (idOrAddress, { yes = false, json }, command) => {
      if (!yes && !process.stdin.isTTY) command.error('error: without a terminal to ask on, this needs --yes')
      await run({ env, reads: settingsOfInstance, json }, async (given) => {
        const { deleteAccount } = await import('./user.js')
        return deleteAccount(given, idOrAddress, { yes })
      })
    })
  user
    .command('export')
    .description('print everything that is kept of an account as JSON, as `userExport` of the API returns it')
    .argument('<user>', 'id or e-mail address of the account')
    .option('--json', 'print the JSON on one line')
    .addHelpText('after', example('guildhall user export ada@example.com > ada.json'))
    .action((idOrAddress, { json }) =>
      run({ env, reads: settingsOfInstance, json }, async (given) => {
        const { exportAccount } = await import('./user.js')
        return exportAccount(given, idOrAddress)
      }),
    )
}

function addOrgs(guildhall: Parent, env: NodeJS.ProcessEnv): void {
  const org = guildhall.command('org').description('orgs')
  org
    .command('show')
    .description('show an org with its limits, owners and e-mail domains')
    .argument('<org>', 'id or slug of the org')
    .option('--json', 'print JSON')
    .addHelpText('after', example('guildhall org show acme'))
    .action((idOrSlug, { json }) =>
      run({ env, reads: settingsOfInstance, json }, async (given) => {
        const { showOrg } = await import('./org.js')
        return showOrg(given, idOrSlug)
      }),
    )
  org
    .command('list')
    .description('list all orgs, newest first')
    .option('--json', 'print JSON')
    .addHelpText('after', example('guildhall org list'))
    .action(({ json }) =>
      run({ env, reads: settingsOfInstance, json }, async (given) => {
        const { listOrgs } = await import('./org.js')
        return listOrgs(given)
      }),
    )
}

/** @throws InvalidArgumentError which becomes a wrong use */
function permissionsIn(list: string): Permission[] {
  return list.split(',').map((text) => {
    const found = allPermissions.find((permission) => permission === text.trim())
    if (!found) throw new InvalidArgumentError(`Permissions are ${allPermissions.join(', ')}.`)
    return found
  })
}

/** @throws InvalidArgumentError */
function timeIn(text: string): Date {
  const time = new Date(text)
  if (!/^\d{4}-\d\d-\d\d/.test(text) || Number.isNaN(time.getTime()))
    throw new InvalidArgumentError('Give a time such as 2027-01-31T12:00:00Z.')
  return time
}

function addMail(guildhall: Parent, env: NodeJS.ProcessEnv): void {
  guildhall
    .command('mail')
    .description('the mails that people get')
    .command('preview')
    .description(
      'write all mails with sample values into files: DIR/{locale}/{kind}.html, .text.txt and .subject.txt. It needs no database and sends nothing',
    )
    .option('--out <dir>', 'the folder for them', 'mail-preview')
    .option('--json', 'print JSON')
    .addHelpText('after', example('guildhall mail preview --out here'))
    .action(({ out, json }) =>
      run({ env, reads: ['MAIL_TEMPLATES_DIR'], json }, async (given) => {
        const { previewMails } = await import('./mail.js')
        return previewMails(given, out)
      }),
    )
}

const example = (line: string) => `\nExample:\n  $ ${line}`
