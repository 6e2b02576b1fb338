/**
 * `npm run dev`: the workbench with hot reload. Without Electron the browser host runs in its place, behind the dev server, which
 * forwards its socket: the page keeps one origin, and port and token stay the same when the host restarts.
 */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { root } from './build-once.ts'
import { findElectron, noWindowReason } from './electron-binary.ts'

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address ? address.port : 0
}

const cli = join(dirname(createRequire(import.meta.url).resolve('electron-vite/package.json')), 'bin/electron-vite.js')
const inWindow = 'path' in findElectron() && noWindowReason() === null
const inBrowser = {
  ELECTRON_EXEC_PATH: process.execPath,
  CROSSREEL_PORT: String(await freePort()),
  CROSSREEL_TOKEN: randomBytes(16).toString('hex'),
}
const child = spawn(
  process.execPath,
  [cli, 'dev', '--watch', ...(inWindow ? [] : ['--entry', 'out/main/host.js']), ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit', env: inWindow ? process.env : { ...process.env, ...inBrowser } },
)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
child.once('exit', (code) => process.exit(code ?? 1))
