// The hidden page that computes: sandboxed, in a session of its own, served from the page's files alone, and gone when it should be.
import { EventEmitter } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test, vi } from 'vitest'

type Handler = (request: Request) => Promise<Response>

const made = vi.hoisted(() => ({
  windows: [] as unknown[],
  handlers: new Map<string, unknown>(),
  partitions: [] as string[],
  loads: [] as string[],
  failure: null as Error | null,
}))

class Window extends EventEmitter {
  readonly options: Electron.BrowserWindowConstructorOptions
  destroyed = false
  posted: unknown[] = []
  webContents: EventEmitter & { mainFrame: { postMessage(...message: unknown[]): void } } = Object.assign(
    new EventEmitter(),
    { mainFrame: { postMessage: (...message: unknown[]) => void this.posted.push(message) } },
  )
  constructor(options: Electron.BrowserWindowConstructorOptions) {
    super()
    this.options = options
    made.windows.push(this)
  }
  loadURL(url: string): Promise<void> {
    made.loads.push(url)
    return made.failure ? Promise.reject(made.failure) : Promise.resolve()
  }
  isDestroyed(): boolean {
    return this.destroyed
  }
  destroy(): void {
    this.destroyed = true
  }
}
const port1 = { name: 'port1', close: vi.fn() }

vi.mock('electron', () => ({
  app: { on: () => {} },
  BrowserWindow: Window,
  MessageChannelMain: class {
    port1 = port1
    port2 = { name: 'port2' }
  },
  session: {
    fromPartition: (name: string) => {
      made.partitions.push(name)
      return {
        setPermissionRequestHandler: () => {},
        setPermissionCheckHandler: () => {},
        setDevicePermissionHandler: () => {},
        webRequest: { onBeforeRequest: () => {} },
        on: () => {},
        protocol: { handle: (scheme: string, handler: unknown) => made.handlers.set(scheme, handler) },
      }
    },
  },
}))
const { computeHeaders, computePages } = await import('../../../src-main/electron/compute.ts')

const folder = mkdtempSync(join(tmpdir(), 'crossreel-compute-'))
mkdirSync(join(folder, 'main'))
mkdirSync(join(folder, 'renderer'))
writeFileSync(join(folder, 'renderer', 'compute.html'), '<p>computes</p>')
writeFileSync(join(folder, 'secret.txt'), 'secret')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const windowAt = (n: number): Window => made.windows[n] as Window

beforeEach(() => {
  made.windows.length = 0
  made.loads.length = 0
  made.partitions.length = 0
  made.failure = null
  port1.close.mockClear()
})

test('the page is hidden and sandboxed, in a session of its own that forgets, and gets the other end of the port', async () => {
  const open = computePages(join(folder, 'main'), null)
  const page = await open()
  const { show, webPreferences } = windowAt(0).options
  expect(show).toBe(false)
  expect(webPreferences).toEqual({
    partition: 'compute', // not 'persist:...'
    preload: join(folder, 'preload/compute.cjs'),
    backgroundThrottling: false,
  })
  expect(made.loads).toEqual(['app://compute/compute.html'])
  expect(windowAt(0).posted).toEqual([['compute:port', null, [{ name: 'port2' }]]])
  expect(page.port).toBe(port1)
  await open()
  expect(made.partitions).toEqual(['compute'])
})

test('it is served from its files under headers of its own, and from nowhere else', async () => {
  await computePages(join(folder, 'main'), null)()
  const handler = made.handlers.get('app') as Handler
  const page = await handler(new Request('app://compute/compute.html'))
  expect(await page.text()).toBe('<p>computes</p>')
  expect(Object.fromEntries(page.headers)).toMatchObject(computeHeaders('compute.html'))
  expect(computeHeaders('a.js')['content-security-policy']).not.toMatch(/unsafe-inline|'unsafe-eval|connect-src|\*/)
  expect(computeHeaders('a.js')).toMatchObject({
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
  })
  for (const url of ['app://compute/..%2fsecret.txt', 'app://compute/none.js', 'app://crossreel/compute.html'])
    expect((await handler(new Request(url))).status, url).toBe(404)
  expect((await handler(new Request('app://compute/compute.html', { method: 'POST' }))).status).toBe(404)
})

test('nobody closes it but its job; when its process dies the job’s port closes', async () => {
  const open = computePages(join(folder, 'main'), null)
  const page = await open()
  const event = { preventDefault: vi.fn() }
  windowAt(0).emit('close', event)
  expect(event.preventDefault).toHaveBeenCalledOnce()
  page.close()
  page.close()
  expect(windowAt(0).destroyed).toBe(true)

  await open()
  port1.close.mockClear()
  windowAt(1).webContents.emit('render-process-gone', {}, { reason: 'oom' })
  expect(port1.close).toHaveBeenCalledOnce()
  expect(windowAt(1).destroyed).toBe(true)
})

test('a page that does not load is a sentence, and no window stays', async () => {
  made.failure = new Error('ERR_FILE_NOT_FOUND')
  await expect(computePages(join(folder, 'main'), null)()).rejects.toThrow(
    /did not load \(Error: ERR_FILE_NOT_FOUND\)\. Reinstall Crossreel, or use wasm\.$/,
  )
  expect(windowAt(0).destroyed).toBe(true)
})

test('in development it comes from the dev server', async () => {
  await computePages(join(folder, 'main'), 'http://127.0.0.1:5173')()
  expect(made.loads).toEqual(['http://127.0.0.1:5173/compute.html'])
})
