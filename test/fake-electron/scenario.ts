// Walks the desktop shell over the stand-in; started by test/unit/shells/fake-electron.test.ts in a process of its own, because vitest
// would resolve `electron` itself. Each line it prints is one thing that holds.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import type { Job, Workbench } from '../../src-preload/contract.ts'
import { record } from './app.ts'
import './run.ts'
import { locks, schemes } from './session.ts'
import { pages } from './window.ts'

declare global {
  interface Window {
    workbench?: Workbench
    __fakePaths?: Record<string, string>
  }
}
const folder = process.env['SCENARIO_FOLDER'] ?? ''
const says = (text: string): void => console.log(`holds: ${text}`)

async function until<T>(ask: () => T | undefined | null | false): Promise<T> {
  const deadline = Date.now() + 20_000
  for (;;) {
    const answer = ask()
    if (answer) return answer
    if (record.errors.length > 0) throw new Error(record.errors.join('; '))
    if (Date.now() > deadline) throw new Error('waited 20 s in vain')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
const info = (page: Page) => page.evaluate(() => window.workbench?.call('app.info', {}))

const page = await until(() => pages[0])
const pageErrors: string[] = []
page.on('pageerror', (error) => pageErrors.push(error.message))
page.on('console', (message) => {
  if (message.type() === 'error' && !message.text().includes('https://example.com/')) pageErrors.push(message.text())
})

assert.equal((await info(page))?.shell, 'electron')
says('the workbench answers through the MessagePort')

const within = await page.evaluate(() => ({
  node: ['require', 'process', 'module', 'Buffer', 'electron', 'ipcRenderer'].filter((name) => name in window),
  bridge: Object.keys(window.workbench ?? {}).sort(),
  frozen: Object.isFrozen(window.workbench),
}))
assert.deepEqual(within, { node: [], bridge: ['call', 'drop', 'on'], frozen: true })
assert.equal(record.sandboxed, true)
says('the page has call, drop and on, and nothing of Node or Electron')

await assert.rejects(page.evaluate(() => window.workbench?.call('__proto__' as 'app.info', {})))
await assert.rejects(page.evaluate(() => window.workbench?.call('app.quit' as 'app.info', {})))
says('a call that is not in the contract is refused')

const address = page.url()
await page.evaluate(() => void (location.href = 'https://example.com/'))
await page.evaluate(() => void window.open('https://example.com/'))
const reached = await page.evaluate(() =>
  fetch('https://example.com/').then(
    () => true,
    () => false,
  ),
)
await until(() => page.context().pages().length === 1)
assert.deepEqual({ reached, url: page.url() }, { reached: false, url: address })
says('navigation, new windows and the network are refused')

const granted: boolean[] = []
for (const permission of ['media', 'geolocation', 'notifications', 'openExternal', 'clipboard-read']) {
  locks.grant?.(null, permission, (given) => granted.push(given))
  granted.push(locks.checks?.(null, permission) ?? true)
}
assert.deepEqual(granted, Array(10).fill(false))
assert.equal(locks.devices?.(), false)
assert.deepEqual(schemes.get('app'), { standard: true, secure: true, supportFetchAPI: true })
says('permissions are denied, the scheme bypasses no CSP')

await page.reload()
assert.equal((await info(page))?.shell, 'electron')
says('a reload gets a port of its own')

await assert.rejects(
  page.evaluate(() => window.workbench?.drop(new File(['x'], 'made-up.zip'))),
  /not a file on this computer/,
)
const source = join(folder, 'ml-tiny')
const imported = await page.evaluate(async (path) => {
  const workbench = window.workbench
  if (!workbench) throw new Error('no workbench')
  window.__fakePaths = { 'ml-tiny': path }
  const { token, name } = await workbench.drop(new File([], 'ml-tiny'))
  const ended = new Promise<Job>((resolve) =>
    workbench.on('job.changed', (job) => {
      if (job.state === 'done' || job.state === 'failed') resolve(job)
    }),
  )
  await workbench.call('datasets.import', { token, name, mapping: null })
  return { name, job: await ended, datasets: await workbench.call('datasets.list', {}) }
}, source)
assert.deepEqual([imported.name, imported.job.state, imported.job.error], ['ml-tiny', 'done', null])
assert.equal(imported.datasets[0]?.name, 'ml-tiny')
says('a dropped folder is imported by a utility process')

assert.equal(record.blockers, 0)
assert.equal(record.progress.at(-1), -1)
assert.match(record.notifications.join(), /ml-tiny: done/)
says('the computer stays awake for the job and is told of its end once')

await page.screenshot({ path: join(folder, 'window.png') })
await page.close()
assert.equal(await until(() => record.exitCode !== null && [record.exitCode]).then(([code]) => code), 0)
assert.deepEqual(pageErrors, [])
says('closing the window closes the workspace and ends the app')
process.exit(0)
