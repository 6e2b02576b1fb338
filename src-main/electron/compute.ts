/**
 * The hidden page that computes with WebGPU. Each job that asks gets one of its own: a sandboxed window that is never shown, in a session of its own
 * that has no storage, no network and no permission, and serves the page's files alone under stricter headers than the workbench's.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BrowserWindow, MessageChannelMain, type MessagePortMain, session } from 'electron'
import { locate, mimeType } from '../shell/page-files.ts'
import { lockSession, originOf } from './security.ts'

export interface ComputePageHandle {
  /** The job's end. */
  port: MessagePortMain
  /** Ends the page. */
  close(): void
}
export type OpenComputePage = () => Promise<ComputePageHandle>

/** No `persist:`, so it lives in memory. */
const partition = 'compute'
const computeOrigin = 'app://compute'

/**
 * @param built out/main; the pages lie in out/renderer @param devUrl the dev server, null in a built app
 * @throws (on opening) Error with a sentence when the page does not load
 */
export function computePages(built: string, devUrl: string | null): OpenComputePage {
  let ready = false
  return async () => {
    if (!ready) prepareSession(join(built, '../renderer'), devUrl)
    ready = true
    const window = new BrowserWindow({
      title: 'Crossreel computes',
      show: false,
      paintWhenInitiallyHidden: false,
      webPreferences: {
        partition,
        preload: join(built, '../preload/compute.cjs'),
        backgroundThrottling: false, // it is always in the background, and its timers pace the training
      },
    })
    const { port1, port2 } = new MessageChannelMain()
    const close = (): void => {
      port1.close()
      if (!window.isDestroyed()) window.destroy()
    }
    // when the app quits, jobs are told to end before what they compute on goes
    window.on('close', (event) => event.preventDefault())
    // a page whose process died still has a window; the job hears of it by its port
    window.webContents.once('render-process-gone', close)
    try {
      await window.loadURL(devUrl === null ? `${computeOrigin}/compute.html` : `${devUrl}/compute.html`)
    } catch (error) {
      close()
      throw new Error(
        `The page that computes on the graphics card did not load (${String(error)}). Reinstall Crossreel, or use wasm.`,
        { cause: error },
      )
    }
    window.webContents.mainFrame.postMessage('compute:port', null, [port2])
    return { port: port1, close }
  }
}

function prepareSession(folder: string, devUrl: string | null): void {
  const own = session.fromPartition(partition)
  lockSession(own, computeOrigin, devUrl === null ? null : originOf(devUrl))
  own.protocol.handle('app', async (request) => {
    const url = new URL(request.url)
    const file = url.host === 'compute' && request.method === 'GET' ? locate(folder, url.pathname) : null
    const content = file === null ? null : await readFile(file).catch(() => null)
    return file === null || content === null
      ? new Response(null, { status: 404 })
      : new Response(new Uint8Array(content), { headers: computeHeaders(file) })
  })
}

/** Scripts and WebAssembly from the page's own files, and nothing else at all. Isolated, so that it may share memory between threads. */
export function computeHeaders(file: string): Record<string, string> {
  return {
    'content-type': mimeType(file),
    'content-security-policy':
      "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
  }
}
