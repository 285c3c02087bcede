import { spawn } from 'node:child_process'

/**
 * Starts a shell that waits for the end of this process. If this process dies without a clean-up,
 * the shell stops the PostgreSQL of the data directory and deletes the directory. It notices by a
 * pipe, which closes with its writer, even after a kill -9.
 *
 * @returns a function to call once everything is cleaned up
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
    detached: true, // Otherwise a Ctrl-C would stop the shell too.
  })
  shell.unref()
  return () => shell.stdin.end('done\n')
}
