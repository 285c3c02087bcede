import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, lstat, mkdir, readdir, readFile, symlink } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { ignoredBy, parseDockerfile, type Stage } from './dockerfile.js'

/** What a container runs: the files below `root`, and what the last stage of the Dockerfile says of the process. */
export interface Image {
  root: string
  env: Record<string, string>
  workdir: string
  user: string
  entrypoint: string[]
  healthcheck: string[]
}

const REPOSITORY = resolve(import.meta.dirname, '../..')
const NODE = '/usr/local/bin/node'

/**
 * Does what `docker build` does with our Dockerfile, without Docker: it copies what COPY copies, and runs what RUN runs, each
 * stage in a root directory of its own. Instead of the base image, the first stages see this machine's /usr, and the last
 * one sees nothing but this machine's `node` with its libraries.
 */
export async function buildImage(directory: string): Promise<Image> {
  const stages = parseDockerfile(await readFile(join(REPOSITORY, 'Dockerfile'), 'utf8'))
  const roots = new Map<string | undefined, string>()
  let image: Image | undefined
  for (const [index, stage] of stages.entries()) {
    const root = join(directory, `stage-${index}`)
    await mkdir(root)
    roots.set(stage.name, root)
    const isLast = index === stages.length - 1
    await (isLast ? addNode(root) : addSystem(root))
    image = await runStage(stage, root, roots, isLast)
  }
  if (!image) throw new Error('the Dockerfile has no stage')
  return image
}

async function runStage(
  { instructions }: Stage,
  root: string,
  roots: Map<string | undefined, string>,
  isLast: boolean,
): Promise<Image> {
  const image: Image = { root, env: {}, workdir: '/', user: '0:0', entrypoint: [], healthcheck: [] }
  for (const { keyword, flags, text } of instructions) {
    if (keyword === 'WORKDIR') {
      image.workdir = text
      await mkdir(join(root, text), { recursive: true })
    } else if (keyword === 'ENV') {
      const [, name = '', value = ''] = /^(\w+)=(\S+)$/.exec(text) ?? []
      image.env[name] = value
    } else if (keyword === 'USER') image.user = text
    else if (keyword === 'ENTRYPOINT') image.entrypoint = JSON.parse(text)
    else if (keyword === 'HEALTHCHECK') image.healthcheck = JSON.parse(text.slice(text.indexOf('[')))
    else if (keyword === 'COPY') await copy(text.split(/\s+/), flags.from && roots.get(flags.from), image)
    else if (keyword === 'RUN' && !isLast) await run(text, image)
    else if (!['ARG', 'LABEL', 'EXPOSE'].includes(keyword))
      throw new Error(`not known here: ${keyword} ${text}`)
  }
  return image
}

/** COPY: a folder's content, or files into a folder. */
async function copy(paths: string[], from: string | undefined, { root, workdir }: Image): Promise<void> {
  const target = paths.at(-1) ?? ''
  const to = resolve('/', workdir, target)
  for (const path of paths.slice(0, -1)) {
    const source = from ? join(from, path) : join(REPOSITORY, path)
    const isFolder = (await lstat(source)).isDirectory()
    const into =
      isFolder || !(target.endsWith('/') || target === '.') ? to : join(to, source.split('/').at(-1) ?? '')
    await mkdir(dirname(join(root, into)), { recursive: true })
    await cp(source, join(root, into), {
      recursive: true,
      verbatimSymlinks: true,
      ...(from === undefined && { filter: await contextFilter() }),
    })
    // As in a checkout that only its owner may read.
    if (from === undefined) execFileSync('chmod', ['-R', 'go-rwx', join(root, into)])
  }
}

async function contextFilter(): Promise<(path: string) => boolean> {
  const isIgnored = ignoredBy(await readFile(join(REPOSITORY, '.dockerignore'), 'utf8'))
  return (path) => path === REPOSITORY || !isIgnored(relative(REPOSITORY, path))
}

/** RUN, as root, with npm's cache and registry of this machine. */
async function run(command: string, { root, workdir, env }: Image): Promise<void> {
  const cache = execFileSync('npm', ['config', 'get', 'cache'], { encoding: 'utf8' }).trim()
  const registry = execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim()
  const binds = ['/usr', '/etc', cache]
  for (const bind of binds) await mkdir(join(root, bind), { recursive: true })
  const child = spawn(
    'unshare',
    inRoot(root, { binds, workdir, user: '0:0', readOnly: false }, ['/bin/sh', '-c', command]),
    {
      env: {
        PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
        HOME: '/tmp',
        npm_config_cache: cache,
        npm_config_registry: registry,
        npm_config_prefer_offline: 'true',
        ...(process.env.NODE_EXTRA_CA_CERTS && { NODE_EXTRA_CA_CERTS: process.env.NODE_EXTRA_CA_CERTS }),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      said += chunk
    })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`RUN ${command} ended with ${code}:\n${said.slice(-4_000)}`)
}

export interface Container {
  process: ChildProcess
  /** All output so far. */
  printed: string
  ended: Promise<unknown[]>
  /** As `docker stop` does: to process 1 of the container. */
  terminate(): Promise<void>
}

/**
 * Starts the image's entrypoint, or another command, as `docker run --read-only` does: as process 1, as another user without
 * any capability, and with a root directory that nobody can write to. The network is that of this machine.
 */
export function start(
  image: Image,
  {
    args = [],
    command = [...image.entrypoint, ...args],
    env = {},
    user = image.user,
  }: {
    args?: string[]
    command?: string[]
    env?: Record<string, string>
    user?: string
  } = {},
): Container {
  const { root, workdir } = image
  const child = spawn('unshare', inRoot(root, { binds: [], workdir, user, readOnly: true }, command), {
    env: { PATH: `${dirname(NODE)}:/usr/bin:/bin`, ...image.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const container: Container = {
    process: child,
    printed: '',
    ended: once(child, 'close'),
    async terminate() {
      // The first process is `unshare`, and its child is process 1 of the container.
      const children = await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8')
      process.kill(Number(children.trim()), 'SIGTERM')
    },
  }
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      container.printed += chunk
    })
  return container
}

/** Arguments of `unshare` that run a command in another root directory. */
function inRoot(
  root: string,
  { binds, workdir, user, readOnly }: { binds: string[]; workdir: string; user: string; readOnly: boolean },
  command: string[],
): string[] {
  const [uid = '', gid = ''] = user.split(':')
  const mounts = [
    `mount --bind '${root}' '${root}'`,
    `mount --rbind /dev '${root}/dev'`,
    ...binds.map((path) => `mount --bind '${path}' '${root}${path}'`),
    ...(readOnly ? [`mount -o remount,bind,ro '${root}'`] : []),
  ].join(' && ')
  const enter = ['--pid', '--fork', '--kill-child', '--mount', '--mount-proc']
  const as = [`--root=${root}`, `--wd=${workdir}`, `--setgid=${gid}`, `--setuid=${uid}`]
  const inner = `${mounts} && exec unshare ${[...enter, ...as].join(' ')} -- "$@"`
  return ['--mount', 'sh', '-c', inner, 'sh', ...command]
}

/** For a stage that builds: this machine's programs. */
async function addSystem(root: string): Promise<void> {
  for (const folder of ['dev', 'proc', 'tmp', 'usr', 'etc']) await mkdir(join(root, folder))
  for (const folder of ['bin', 'lib', 'lib64', 'sbin']) await symlink(`usr/${folder}`, join(root, folder))
}

/** For the stage that is the image: nothing but `node`. */
async function addNode(root: string): Promise<void> {
  for (const folder of ['dev', 'proc']) await mkdir(join(root, folder))
  await cp(process.execPath, join(root, NODE), { dereference: true })
  const libraries = execFileSync('ldd', [process.execPath], { encoding: 'utf8' })
  for (const [path] of libraries.matchAll(/\/\S+/g)) await cp(path, join(root, path), { dereference: true })
}

/** Regular files below a folder, with their sizes in bytes. Links are not followed. */
export async function filesBelow(folder: string): Promise<{ path: string; bytes: number }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const path = join(entry.parentPath, entry.name)
        return { path, bytes: (await lstat(path)).size }
      }),
  )
}
