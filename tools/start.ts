/**
 * `npm start`: the workbench in Electron where its binary is here or can be fetched, else in the default browser. Options: --browser,
 * --no-open (print the address, open nothing), --port N, --workspace DIR.
 */
import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { buildOnce, root } from './build-once.ts'
import { findElectron, noWindowReason } from './electron-binary.ts'
import { fetchElectron } from './fetch-electron.ts'

const { values } = parseArgs({
  options: {
    browser: { type: 'boolean', default: false },
    'no-open': { type: 'boolean', default: false },
    port: { type: 'string' },
    workspace: { type: 'string' },
  },
})
const ci = Boolean(process.env['CI'])
const env = { ...process.env, ...(values.workspace ? { CROSSREEL_WORKSPACE: resolve(values.workspace) } : {}) }
/** An Electron that ends with an error so soon has never shown a window. */
const soonMs = 5_000

/** Runs until it ends; Ctrl+C reaches the child by itself, and this process waits for it. */
function run(program: string, args: string[]): Promise<{ code: number; ms: number }> {
  const begun = Date.now()
  const child = spawn(program, args, { cwd: root, stdio: 'inherit', env })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
  return new Promise((done) => {
    child.once('error', () => done({ code: 1, ms: 0 }))
    child.once('exit', (code) => done({ code: code ?? 1, ms: Date.now() - begun }))
  })
}

/** @returns why the browser has to do, or null after Electron has run */
async function runElectron(): Promise<string | null> {
  if (values.browser || values['no-open'] || values.port !== undefined) return 'the browser was asked for'
  if (ci) return 'CI'
  const noWindow = noWindowReason()
  if (noWindow !== null) return noWindow
  let binary = findElectron()
  if ('missing' in binary) {
    const problem = await fetchElectron()
    binary = findElectron()
    if ('missing' in binary) return problem === null ? binary.missing : `${binary.missing} (${problem})`
  }
  const { code, ms } = await run(binary.path, [root])
  if (code !== 0 && ms < soonMs) return `Electron ended with code ${code} at once`
  process.exit(code)
}

if (!buildOnce()) process.exit(1)
const reason = await runElectron()
console.log(`Electron is not used here: ${reason}. The same workbench runs in the browser; Ctrl+C ends it.`)
const { code } = await run(process.execPath, [
  join(root, 'out/main/host.js'),
  ...(values.port === undefined ? [] : ['--port', values.port]),
  ...(values['no-open'] || ci ? ['--no-open'] : []),
])
process.exit(code)
