/** One instruction of a Dockerfile, without comments and line breaks. */
export interface Instruction {
  keyword: string
  /** Such as `{ from: 'build' }`. */
  flags: Record<string, string>
  text: string
}

export interface Stage {
  name: string | undefined
  base: string
  instructions: Instruction[]
}

/** Reads the part of the language that our Dockerfile uses. */
export function parseDockerfile(source: string): Stage[] {
  const stages: Stage[] = []
  const lines = source.replace(/^[ \t]*#.*\n/gm, '').replaceAll(/\\\n\s*/g, '')
  for (const line of lines.split('\n').filter((text) => text.trim() !== '')) {
    const [, keyword = '', given = '', text = ''] = /^(\w+)\s+((?:--\w+=\S+\s+)*)(.*)$/.exec(line) ?? []
    const flags = Object.fromEntries(
      [...given.matchAll(/--(\w+)=(\S+)/g)].map(([, name, value]) => [name, value]),
    )
    if (keyword === 'FROM') {
      const [base = '', , name] = text.split(/\s+/)
      stages.push({ base, name, instructions: [] })
    } else {
      const stage = stages.at(-1)
      if (!stage) throw new Error(`before the first FROM: ${line}`)
      stage.instructions.push({ keyword, flags, text })
    }
  }
  return stages
}

/** Whether a .dockerignore keeps a path out of the build context. As with Docker, the last line that fits decides. */
export function ignoredBy(dockerignore: string): (path: string) => boolean {
  const rules = dockerignore
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => ({
      keeps: line.startsWith('!'),
      pattern: new RegExp(
        `^${line
          .replace(/^!/, '')
          .replace(/[.+]/g, '\\$&')
          .replaceAll('**/', '\u0000')
          .replaceAll('*', '[^/]*')
          .replaceAll('\u0000', '(?:.*/)?')}(?:/|$)`,
      ),
    }))
  return (path) => {
    let isIgnored = false
    for (const { keeps, pattern } of rules) if (pattern.test(path)) isIgnored = !keeps
    return isIgnored
  }
}
