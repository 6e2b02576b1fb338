// The page and its connection: it says when the host has gone, comes back with it, sends a dropped file, and knows a foreign token.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Workbench } from '../../src-preload/contract.ts'
import { writeTinyMovieLens } from '../fake-electron/tiny-movielens.ts'
import { expect, startHost, test } from './host.ts'

declare global {
  interface Window {
    workbench?: Workbench
  }
}
const token = '0123456789abcdef0123456789abcdef'

test('the page survives a restart of the host', async ({ page }) => {
  const workspace = await mkdtemp(join(tmpdir(), 'crossreel-restart-'))
  try {
    const first = await startHost(workspace, [], token)
    const port = new URL(first.url).port
    await page.goto(first.url)
    await expect(page.getByText('No data set yet').first()).toBeVisible()
    await first.stop()
    await expect(page.locator('#connection-lost')).toContainText('The workbench is not running')
    const refused = await page.evaluate(() =>
      window.workbench?.call('jobs.list', {}).then(
        () => 'answered',
        (error: Error) => error.message,
      ),
    )
    expect(refused).toContain('not running')

    const second = await startHost(workspace, ['--port', port], token)
    await expect(page.locator('#connection-lost')).toHaveCount(0, { timeout: 15_000 })
    await expect(page.getByText('No data set yet').first()).toBeVisible()
    await second.stop()
    await expect(page.locator('#connection-lost')).toBeVisible()

    const third = await startHost(workspace, ['--port', port], token.split('').reverse().join(''))
    await expect(page.locator('#connection-lost')).toContainText('earlier start', { timeout: 15_000 })
    await third.stop()
  } finally {
    await rm(workspace, { recursive: true, force: true })
  }
})

test('a dropped file is uploaded, recognised and imported', async ({ page, host }) => {
  const folder = await mkdtemp(join(tmpdir(), 'crossreel-drop-'))
  try {
    const source = await writeTinyMovieLens(join(folder, 'ml'))
    const ratings = await readFile(join(source, 'ratings.csv'), 'utf8')
    await page.goto(host.url)
    const dropped = await page.evaluate(async (text) => {
      const picked = await window.workbench?.drop(new File([text], '../ratings ü.csv'))
      return { name: picked?.name, token: typeof picked?.token }
    }, ratings)
    expect(dropped).toEqual({ name: 'ratings ü.csv', token: 'string' })
    const empty = await page.evaluate(() =>
      window.workbench?.drop(new File([], 'empty.zip')).then(
        () => '',
        (error: Error) => error.message,
      ),
    )
    expect(empty).toContain('empty')
    const imported = await page.evaluate(async (path) => {
      const workbench = window.workbench
      if (!workbench) throw new Error('no workbench')
      const { token } = await workbench.call('files.typed', { path })
      const ended = new Promise<string>((resolve) =>
        workbench.on('job.changed', (job) => {
          if (job.state === 'done' || job.state === 'failed') resolve(job.error ?? job.state)
        }),
      )
      await workbench.call('datasets.import', { token, name: 'Tiny', mapping: null })
      return ended
    }, source)
    expect(imported).toBe('done')
    await expect(page.getByRole('heading', { name: 'Tiny' })).toBeVisible()
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('without a token the page says where the address is printed', async ({ page, host }) => {
  await page.goto(new URL('/', host.url).href)
  await expect(page.locator('#connection-lost')).toContainText('Open the address it printed')
})
