// `node scripts/together.mjs build:server build:web`: runs npm scripts at the same time. It prints what each of them says
// when it ends, so the texts don't mix. The exit code is the first that is not 0.
import { spawn } from 'node:child_process'
import { once } from 'node:events'

await Promise.all(
  process.argv.slice(2).map(async (script) => {
    const child = spawn('npm', ['run', '--silent', script], {
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    })
    const said = []
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => said.push(chunk))
    const [code] = await once(child, 'close')
    process.stderr.write(Buffer.concat(said))
    if (code !== 0) process.exitCode ||= code ?? 1
  }),
)
