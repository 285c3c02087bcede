import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Ajv } from 'ajv'
import ts from 'typescript'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { Environment } from '../../src/settings/environment.js'
import { readSettings } from '../../src/settings/settings.js'

// biome-ignore lint/suspicious/noExplicitAny: tests reach into YAML, and a wrong path fails them
const read = (file: string): any => parse(readFileSync(file, 'utf8'), { merge: true })

/** Settings that a sample sets and that do not exist. */
const unknownSettings = (names: string[]) => {
  const known = Object.keys(Environment.shape)
  return names.filter((name) => !known.includes(name) && !known.includes(name.replace(/_FILE$/, '')))
}

describe('compose.yaml', () => {
  const compose = read('compose.yaml')
  const servers = ['guildhall-1', 'guildhall-2'].map((name) => compose.services[name])

  it('is what the Compose Specification allows', () => {
    // The linter ships the schema of the specification.
    const linter = dirname(createRequire(import.meta.url).resolve('dclint/package.json'))
    const schema = JSON.parse(readFileSync(join(linter, 'schemas/compose.schema.json'), 'utf8'))
    // The schema names its own schema by an address that Ajv does not know.
    const isValid = new Ajv({ strict: false, validateFormats: false, validateSchema: false }).compile(schema)
    expect(isValid(compose), JSON.stringify(isValid.errors)).toBe(true)
    expect(isValid({ ...compose, services: { x: { imagee: 'x' } } })).toBe(false)
  })

  it('sets only settings that exist', () => {
    for (const { environment } of servers) expect(unknownSettings(Object.keys(environment))).toEqual([])
  })

  it('gives every program a health check, except those whose image has one', () => {
    const without = Object.entries<Record<string, unknown>>(compose.services).filter(
      ([, one]) => !one.healthcheck,
    )
    expect(without.map(([name]) => name)).toEqual(['guildhall-1', 'guildhall-2'])
  })

  it('pins every image', () => {
    const images = Object.values<{ image: string }>(compose.services).map(({ image }) => image)
    for (const image of images) expect(image).toMatch(/:v?\d+\.\d|^\$\{GUILDHALL_IMAGE:-/)
  })

  it('runs the servers as strictly as the image allows', () => {
    for (const server of servers)
      expect(server).toMatchObject({
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
      })
  })

  it('starts servers with the secrets that its script makes', () => {
    const home = mkdtempSync(join(tmpdir(), 'guildhall-compose-'))
    onTestFinished(() => rmSync(home, { recursive: true }))
    cpSync('deploy/compose/secrets.sh', join(home, 'secrets.sh'))
    const make = () => execFileSync('sh', [join(home, 'secrets.sh')])
    make()
    const secrets = Object.entries<{ file: string }>(compose.secrets)
    const made = Object.fromEntries(
      secrets.map(([name, { file }]) => [
        name,
        readFileSync(join(home, file.replace('./deploy/compose/', '')), 'utf8'),
      ]),
    )
    expect(new Set(Object.values(made)).size).toBe(secrets.length)
    expect(made.database_url).toContain(made.database_password)
    // The container's user is another one than the file's owner.
    expect(statSync(join(home, 'secrets')).mode & 0o777).toBe(0o700)
    expect(statSync(join(home, 'secrets/instance_token')).mode & 0o777).toBe(0o644)
    make()
    expect(readFileSync(join(home, 'secrets/instance_token'), 'utf8')).toBe(made.instance_token)

    for (const { environment, secrets: given } of servers) {
      const env = Object.entries<string>(environment).map(([name, value]) => {
        if (!name.endsWith('_FILE')) return [name, value.replace(/\$\{\w+:-(.*)\}/, '$1')]
        const secret = value.replace('/run/secrets/', '')
        expect(given).toContain(secret)
        return [name, join(home, 'secrets', secret)]
      })
      const settings = readSettings({ NODE_ENV: 'production', HOST: '0.0.0.0', ...Object.fromEntries(env) })
      expect(settings.database.url).toBe(made.database_url)
      expect(settings.auth.keys).toEqual({ by: 'secret', secret: made.auth_jwt_secret })
    }
  })
})

describe('deploy/kubernetes', () => {
  const folder = 'deploy/kubernetes'
  const files = readdirSync(folder).filter((file) => file !== 'kustomization.yaml')
  const manifests = Object.fromEntries(files.map((file) => [file, read(join(folder, file))]))
  const deployment = manifests['deployment.yaml']
  const [container] = deployment.spec.template.spec.containers
  // What the image sets, and then the manifests.
  const settings = {
    NODE_ENV: 'production',
    HOST: '0.0.0.0',
    ...manifests['configmap.yaml'].data,
    ...manifests['secret.example.yaml'].stringData,
  }

  it('has the fields that Kubernetes 1.30 knows, and no others', () => {
    expect(problemsOf(Object.values(manifests))).toEqual([])
    const typo = structuredClone(deployment)
    typo.spec.template.spec.containers[0].readinesProbe = {}
    expect(problemsOf([typo]).join()).toMatch(/readinesProbe/)
  })

  it('lists all its files in kustomization.yaml, except the example of a secret', () => {
    const { resources } = read(join(folder, 'kustomization.yaml'))
    expect([...resources, 'secret.example.yaml'].sort()).toEqual([...files].sort())
  })

  it('selects the pods that it makes', () => {
    const labels = deployment.spec.template.metadata.labels
    const selectors = [
      deployment.spec.selector.matchLabels,
      manifests['service.yaml'].spec.selector,
      manifests['poddisruptionbudget.yaml'].spec.selector.matchLabels,
      manifests['networkpolicy.yaml'].spec.podSelector.matchLabels,
      ...deployment.spec.template.spec.topologySpreadConstraints.map(
        // biome-ignore lint/suspicious/noExplicitAny: as above
        (one: any) => one.labelSelector.matchLabels,
      ),
    ]
    for (const selector of selectors) expect(selector).toEqual(labels)
  })

  it('sets only settings that exist, and enough for a start in production', () => {
    expect(unknownSettings(Object.keys(settings))).toEqual([])
    expect(readSettings(settings).production).toBe(true)
  })

  it('asks the paths and the port that the server has', () => {
    const probes = ['startupProbe', 'livenessProbe', 'readinessProbe'].map((name) => container[name].httpGet)
    expect(probes.map(({ path }) => path)).toEqual(['/health', '/health', '/ready'])
    expect(new Set(probes.map(({ port }) => port))).toEqual(new Set([container.ports[0].name]))
    expect(container.ports[0].containerPort).toBe(readSettings({}).http.port)
    expect(manifests['service.yaml'].spec.ports[0].targetPort).toBe(container.ports[0].name)
  })

  it('leaves a pod enough time to stop', () => {
    const { terminationGracePeriodSeconds: seconds } = deployment.spec.template.spec
    const { shutdownDelayMs, shutdownGraceMs } = readSettings(settings).http
    expect(shutdownDelayMs).toBeGreaterThan(0)
    expect(seconds * 1_000).toBeGreaterThan(shutdownDelayMs + shutdownGraceMs + 5_000)
  })

  it('passes the Pod Security Standard "restricted"', () => {
    expect(manifests['namespace.yaml'].metadata.labels['pod-security.kubernetes.io/enforce']).toBe(
      'restricted',
    )
    const { securityContext, hostNetwork, hostPID, volumes } = deployment.spec.template.spec
    expect(securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } })
    expect(container.securityContext).toMatchObject({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
    })
    expect([hostNetwork, hostPID, volumes]).toEqual([undefined, undefined, undefined])
  })
})

/** What TypeScript says of manifests as literals of Kubernetes' types. It refuses unknown fields, too. */
function problemsOf(manifests: { apiVersion: string; kind: string }[]): string[] {
  const lines = manifests.map((manifest, i) => {
    const [group = '', version] = manifest.apiVersion.includes('/')
      ? manifest.apiVersion.split('/')
      : ['core', manifest.apiVersion]
    const module = `kubernetes-types/${group.replace(/\..*/, '')}/${version}.d.ts`
    return `export const m${i}: import('${module}').${manifest.kind} = ${JSON.stringify(manifest)}`
  })
  const file = join(dirname(import.meta.dirname), 'deploy', 'manifests.ts')
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    types: [],
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  }
  const host = ts.createCompilerHost(options)
  const { getSourceFile, fileExists, readFile } = host
  host.getSourceFile = (name, ...rest) =>
    name === file
      ? ts.createSourceFile(name, lines.join('\n'), ts.ScriptTarget.ES2022)
      : getSourceFile.call(host, name, ...rest)
  host.fileExists = (name) => name === file || fileExists.call(host, name)
  host.readFile = (name) => (name === file ? lines.join('\n') : readFile.call(host, name))
  const program = ts.createProgram([file], options, host)
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
}
