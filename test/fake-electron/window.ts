// A window of the stand-in is a page of Chromium. It obeys what main has set: the app:// handler, the request lock, will-navigate,
// the window-open handler.
import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import { type Browser, chromium, type Page, type Route } from '@playwright/test'
import type * as E from 'electron'
import { args, executablePath, webgpuArgs } from '../chromium.ts'
import { app, record } from './app.ts'
import { wrapPreload } from './page-shim.ts'
import { type Locks, locksOf, type Port, schemes } from './session.ts'

/** Of windows that are shown, and of hidden ones. */
export const pages: Page[] = []
export const hiddenPages: Page[] = []
const open = new Set<object>()
let browser: Browser | null = null
record.closeWindows = async () => {
  await browser?.close()
  browser = null
}

const toMain = new EventEmitter()
export const ipcMain: Pick<E.IpcMain, 'on'> = {
  on: (channel, listener) => {
    toMain.on(channel, listener)
    return ipcMain as E.IpcMain
  },
}

/** app://crossreel/x is shown to Chromium as https://crossreel.app.test/x: a secure origin without a custom scheme. */
const toWeb = (url: string): string =>
  url.replace(/^(\w+):\/\/([^/]+)/, (whole, scheme: string, host: string) =>
    schemes.has(scheme) ? `https://${host}.${scheme}.test` : whole,
  )
const toApp = (url: string): string => url.replace(/^https:\/\/([^/]+)\.(\w+)\.test/, '$2://$1')

class Contents extends EventEmitter {
  page: Page | null = null
  openHandler: ((details: { url: string }) => { action: string }) | null = null
  readonly #ports = new Map<number, Port>()
  #last: Promise<unknown> = Promise.resolve()
  readonly mainFrame = {
    owner: this as Contents,
    get url(): string {
      return toApp(this.owner.page?.url() ?? '')
    },
    postMessage: (channel: string, message: unknown, transfer: Port[] = []) => {
      const ids = transfer.map((port) => {
        const id = this.#ports.size + 1
        this.#ports.set(id, port)
        port.on('message', (event: { data: unknown }) => this.#inPage('__fakePortDeliver', id, event.data))
        return id
      })
      this.#inPage('__fakeDeliver', channel, message, ids)
    },
  }
  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.openHandler = handler
  }
  fromPage(id: number, data: unknown): void {
    this.#ports.get(id)?.peer?.emit('message', { data, ports: [] })
  }
  closePorts(): void {
    for (const port of this.#ports.values()) port.close()
  }
  /** In order, as a port delivers. A page that is gone gets nothing. */
  #inPage(name: string, ...args: unknown[]): void {
    const deliver = ([called, values]: readonly [string, unknown[]]): unknown =>
      (window as unknown as Record<string, (...v: unknown[]) => unknown>)[called]?.(...values)
    this.#last = this.#last.then(() => this.page?.evaluate(deliver, [name, args] as const)).catch(() => {})
  }
}

export class BrowserWindow extends EventEmitter {
  webContents: Contents = new Contents()
  readonly options: E.BrowserWindowConstructorOptions
  readonly #locks: Locks
  constructor(options: E.BrowserWindowConstructorOptions = {}) {
    super()
    this.options = options
    this.#locks = locksOf(options.webPreferences?.partition)
    open.add(this)
    app.emit('web-contents-created', {}, this.webContents)
  }
  show(): void {}
  focus(): void {}
  restore(): void {}
  isMinimized(): boolean {
    return false
  }
  isFocused(): boolean {
    return false
  }
  isDestroyed(): boolean {
    return !open.has(this)
  }
  destroy(): void {
    void this.webContents.page?.close()
  }
  setProgressBar(progress: number): void {
    record.progress.push(progress)
  }

  async loadURL(url: string): Promise<void> {
    browser ??= await chromium.launch({ args: [...args, ...webgpuArgs], ...(executablePath ? { executablePath } : {}) })
    const { width = 800, height = 600, webPreferences } = this.options
    const page = await browser.newPage({ viewport: { width, height } })
    this.webContents.page = page
    await page.exposeFunction('__fakeSend', (channel: string, args: unknown[]) =>
      toMain.emit(channel, { sender: this.webContents, senderFrame: this.webContents.mainFrame }, ...args),
    )
    await page.exposeFunction('__fakePort', (id: number, data: unknown) => this.webContents.fromPage(id, data))
    if (webPreferences?.preload) {
      await page.addInitScript({ content: wrapPreload(readFileSync(webPreferences.preload, 'utf8')) })
    }
    await page.route('**/*', (route) => this.#request(page, route))
    page.on('popup', (popup) => {
      if (this.webContents.openHandler?.({ url: popup.url() }).action === 'deny') void popup.close()
    })
    page.on('close', () => {
      open.delete(this)
      this.webContents.closePorts()
      this.emit('closed')
      if (open.size === 0) app.emit('window-all-closed')
    })
    await page.goto(toWeb(url))
    this.emit('ready-to-show')
    if (webPreferences?.partition) hiddenPages.push(page)
    else pages.push(page)
  }

  async #request(page: Page, route: Route): Promise<void> {
    const request = route.request()
    const url = toApp(request.url())
    let refused = false
    if (request.isNavigationRequest() && page.url() !== 'about:blank') {
      this.webContents.emit('will-navigate', { url, preventDefault: () => (refused = true) })
    }
    // to an answer of 204 Chromium stays where it is, as Electron does after preventDefault
    if (refused) return route.fulfill({ status: 204 })
    this.#locks.before?.({ url }, ({ cancel }) => (refused ||= cancel === true))
    const answer = this.#locks.answers.get(new URL(url).protocol.replace(':', ''))
    if (refused) return route.abort('blockedbyclient')
    if (!answer) return route.fulfill({ body: 'the network', headers: { 'access-control-allow-origin': '*' } })
    const response = await answer(new Request(url, { method: request.method() }))
    await route.fulfill({
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: Buffer.from(await response.arrayBuffer()),
    })
  }
}
type WindowPart = Pick<
  E.BrowserWindow,
  'loadURL' | 'show' | 'focus' | 'restore' | 'isMinimized' | 'isFocused' | 'setProgressBar' | 'isDestroyed' | 'destroy'
>
void (BrowserWindow satisfies new (options?: E.BrowserWindowConstructorOptions) => WindowPart)
