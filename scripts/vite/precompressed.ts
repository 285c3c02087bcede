import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

/** Above this the highest quality takes longer than its last percents are worth, bytes. */
const LARGE = 128 * 1024

const brotli = (source: Buffer) =>
  brotliCompressSync(source, {
    params: { [constants.BROTLI_PARAM_QUALITY]: source.length > LARGE ? 9 : constants.BROTLI_MAX_QUALITY },
  })

/**
 * Writes a .br and a .gz beside everything that text compression makes smaller, so that serving
 * costs nothing. Of the files as they were written: until then other plugins still change them.
 */
export function precompressed(): Plugin {
  return {
    name: 'precompressed',
    apply: 'build',
    writeBundle({ dir = '' }, bundle) {
      for (const fileName of Object.keys(bundle)) {
        if (!/\.(html|js|css|svg|ttf)$/.test(fileName)) continue
        const path = join(dir, fileName)
        const source = readFileSync(path)
        writeFileSync(`${path}.br`, brotli(source))
        writeFileSync(`${path}.gz`, gzipSync(source, { level: 9 }))
      }
    },
  }
}
