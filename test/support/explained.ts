import pg from 'pg'
import { type Node, type Plan, planOf } from './plans.js'
import { isBackground } from './statements.js'

const settings = {
  session_preload_libraries: 'auto_explain',
  'auto_explain.log_min_duration': '0',
  'auto_explain.log_analyze': 'on',
  'auto_explain.log_buffers': 'on',
  'auto_explain.log_timing': 'off',
  'auto_explain.log_format': 'json',
  'auto_explain.log_level': 'notice',
}

/** From the next connection on, PostgreSQL tells how it ran each statement. */
export async function explainStatements(pool: pg.Pool): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query(`load 'auto_explain'`)
    const { rows } = await client.query<{ name: string }>('select current_database() as name')
    for (const [setting, value] of Object.entries(settings))
      await client.query(`alter database ${rows[0]?.name} set ${setting} = '${value}'`)
  } finally {
    client.release(true)
  }
}

let heard: Plan[] | undefined
let listening = false

interface Notices {
  _handleNotice(this: pg.Client, notice: { message?: string }): void
}

/** Listens on all connections of this process. */
function listen(): void {
  if (listening) return
  listening = true
  const client = pg.Client.prototype as unknown as Notices
  const { _handleNotice: handle } = client
  client._handleNotice = function (notice) {
    const json = /^duration: .*?plan:\n(.*)$/s.exec(notice.message ?? '')?.[1]
    if (json === undefined) return handle.call(this, notice)
    if (!heard) return
    const { 'Query Text': text, Plan: root } = JSON.parse(json) as { 'Query Text': string; Plan: Node }
    if (!isBackground(text)) heard.push(planOf(text, root))
  }
}

/** Loads what `plansDuring` needs. Call it before the server connects. */
export const listenForPlans = listen

/**
 * How PostgreSQL runs the statements of this process during `work`, writes too: with the plans that the server really gets.
 */
export async function plansDuring(work: () => Promise<unknown>): Promise<Plan[]> {
  const plans: Plan[] = []
  heard = plans
  try {
    await work()
  } finally {
    heard = undefined
  }
  return plans
}
