import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { program } from '../../src/commands/program.js'

const WIDTH = 100

/** The page of the command line, from its help. */
export function cliPage(): string {
  const guildhall = program({ env: {}, serve: async () => {} })
  return `${intro}
${guildhall.commands.flatMap((command) => sectionsOf(command, 'guildhall')).join('\n')}`
}

function sectionsOf(command: CommandUnknownOpts, before: string): string[] {
  const name = `${before} ${command.name()}`
  if (command.commands.length > 0) return command.commands.flatMap((inner) => sectionsOf(inner, name))
  return [`## ${name}\n\n\`\`\`text\n${helpOf(command)}\n\`\`\`\n`]
}

function helpOf(command: CommandUnknownOpts): string {
  let help = ''
  command.configureOutput({
    writeOut: (text) => {
      help += text
    },
    getOutHelpWidth: () => WIDTH,
    getOutHasColors: () => false,
  })
  command.outputHelp()
  return help.trim()
}

const intro = `# The command line

In a checkout that is built run \`npx guildhall\`, and elsewhere \`node dist/cli.js\`. Without a command it runs the server, as
\`npm start\` does. \`npm run docs\` writes this page from the help of the commands.

- **Settings** are the same environment variables as those of the server: [settings.md](settings.md). A command needs only
  those that it uses, most often \`DATABASE_URL\`. No server need run. Those that run notice what a command has changed. With
  the embedded PostgreSQL stop the server before, because only one process can use it.
- **Rights**: a command acts as the \`INSTANCE_TOKEN\` does, with every permission, and events record it so. Whoever can read
  \`DATABASE_URL\` can do this.
- **The result** goes to stdout, everything else to stderr. \`--json\` prints JSON, and what goes to stderr is then JSON lines
  too.
- **Exit codes**: 0 if it is done, 1 if it failed or was refused, 2 for a wrong use.
- **Ids** are the global ids of the API, or UUIDs. An account can be named by its e-mail address, an org by its slug.
`
