#!/usr/bin/env node
/**
 * Firefox for playwright, by WebDriver BiDi. Playwright starts this file in place of Firefox, with the arguments for it.
 *
 * Firefox ESR 153 doesn't know the command by which playwright sets the colours of each new window, and playwright gives
 * up without it. So a proxy stands between the two and answers that one command itself. With a Firefox that knows it,
 * the test can start Firefox directly, and this file can go.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { WebSocket, WebSocketServer } from 'ws'

const MISSING = 'emulation.setMediaFeaturesOverride'
const LISTENING = /WebDriver BiDi listening on (ws:\/\/\S+)/

const firefox = spawn(process.env.FIREFOX ?? '/usr/bin/firefox-esr', process.argv.slice(2), {
  stdio: ['ignore', 'inherit', 'pipe'],
})
firefox.on('exit', (code) => process.exit(code ?? 1))

const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
await once(server, 'listening')

let said = ''
firefox.stderr.on('data', (text) => {
  process.stderr.write(String(text).replace(LISTENING, ''))
  if (said === null) return
  said += text
  const url = LISTENING.exec(said)?.[1]
  if (!url) return
  said = null
  server.on('connection', (playwright, { url: path }) => pass(playwright, new WebSocket(url + path)))
  process.stderr.write(`\nWebDriver BiDi listening on ws://127.0.0.1:${server.address().port}\n`)
})

async function pass(playwright, browser) {
  const waiting = []
  const toBrowser = (message) => {
    const { id, method } = JSON.parse(message)
    if (method === MISSING) playwright.send(JSON.stringify({ type: 'success', id, result: {} }))
    else if (waiting && browser.readyState !== WebSocket.OPEN) waiting.push(message)
    else browser.send(message)
  }
  playwright.on('message', (data) => toBrowser(String(data)))
  browser.on('message', (data) => playwright.send(String(data)))
  playwright.on('close', () => browser.close())
  browser.on('close', () => playwright.close())
  for (const end of [playwright, browser]) end.on('error', () => undefined)
  await once(browser, 'open')
  for (const message of waiting.splice(0)) browser.send(message)
}
