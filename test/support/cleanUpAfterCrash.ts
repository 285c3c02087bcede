import { spawn } from 'node:child_process'

/**
 * A shell waits beside this process and, when that dies without having said so, stops the PostgreSQL of the data
 * directory and deletes it. A pipe tells: it ends with its writer, be that by a kill -9.
 *
 * @returns what is to be called once it is all cleared up.
 */
export function cleanUpAfterCrash(dataDir: string): () => void {
  if (process.platform === 'win32') return () => {}
  const script = `
    read -r word && exit
    read -r pid <"$1/postgres/postmaster.pid" && kill -INT "$pid"
    tenths=0
    while kill -0 "$pid" && [ $((tenths += 1)) -lt 100 ]; do sleep 0.1; done
    rm -rf "$1"`
  const shell = spawn('/bin/sh', ['-c', script, 'sh', dataDir], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true, // else a Ctrl-C would take it too
  })
  shell.unref()
  return () => shell.stdin.end('done\n')
}
