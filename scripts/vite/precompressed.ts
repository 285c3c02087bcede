import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

/** In bytes. For larger files the highest quality takes too long for the little that it gains. */
const LARGE = 128 * 1024

const brotli = (source: Buffer) =>
  brotliCompressSync(source, {
    params: { [constants.BROTLI_PARAM_QUALITY]: source.length > LARGE ? 9 : constants.BROTLI_MAX_QUALITY },
  })

/**
 * Writes a .br and a .gz file beside each text file, so that the server doesn't compress at run time. It runs after the
 * bundle is written, because until then other plugins change the files.
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
