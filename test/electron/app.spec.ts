// The built app in a real Electron, where there is one; what the stand-in cannot show: Electron's own sandbox and process model.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron, expect, test } from '@playwright/test'
import type { Workbench } from '../../src-preload/contract.ts'
import { root } from '../../tools/build-once.ts'
import { findElectron } from '../../tools/electron-binary.ts'
import { writeTinyMovieLens } from '../fake-electron/tiny-movielens.ts'

const electron = findElectron()
const display = process.platform !== 'linux' || process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']
const reason = 'missing' in electron ? electron.missing : display ? '' : 'there is no display'
// the list reporter prints titles, not the reasons of skips
const note = reason && ` [skipped: ${reason}]`

declare global {
  interface Window {
    workbench?: Workbench
  }
}

test(`the built app opens sandboxed, imports in a utility process and closes${note}`, async () => {
  test.skip(reason !== '', reason)
  if ('missing' in electron) return
  const folder = await mkdtemp(join(tmpdir(), 'crossreel-app-'))
  const source = await writeTinyMovieLens(join(folder, 'ml-tiny'))
  const app = await _electron.launch({
    executablePath: electron.path,
    args: [root, `--user-data-dir=${join(folder, 'chromium')}`, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
    env: { ...process.env, CROSSREEL_WORKSPACE: join(folder, 'workspace') },
  })
  try {
    await app.evaluate(({ dialog }, path) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] })
    }, source)
    const page = await app.firstWindow()
    expect(page.url()).toMatch(/^app:\/\/crossreel\//)
    const preferences = await app.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents
      return contents && 'getLastWebPreferences' in contents ? (contents.getLastWebPreferences as () => object)() : null
    })
    expect(preferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
    })
    const datasets = await page.evaluate(async () => {
      const workbench = window.workbench
      if (!workbench) throw new Error('no workbench')
      const picked = await workbench.call('files.pick', { purpose: 'dataset', folder: true })
      const ended = new Promise<string>((resolve) =>
        workbench.on('job.changed', ({ state }) => (state === 'done' || state === 'failed') && resolve(state)),
      )
      await workbench.call('datasets.import', { token: picked?.token ?? '', name: 'Tiny', mapping: null })
      return { state: await ended, names: (await workbench.call('datasets.list', {})).map(({ name }) => name) }
    })
    expect(datasets).toEqual({ state: 'done', names: ['Tiny'] })
  } finally {
    await app.close()
    await rm(folder, { recursive: true, force: true })
  }
})
