/** The desktop shell: the app's life from the single-instance lock to a clean end. Each duty has its file; this one puts them in order. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { app, type BrowserWindow, dialog, ipcMain, MessageChannelMain, session } from 'electron'
import { createServer, type Server } from '../../src-preload/server.ts'
import { defaultWorkspace, openNext } from '../shell/workspace-folder.ts'
import { createWorkbench, type WorkbenchHandle } from '../workbench/index.ts'
import { watchActivity } from './activity.ts'
import { computePages } from './compute.ts'
import { createPicker } from './dialogs.ts'
import { keepDropped } from './drops.ts'
import { launchInElectron } from './launch-job.ts'
import { setMenu } from './menu.ts'
import { pageOrigin, registerScheme, servePage } from './protocol.ts'
import { isOurPage, lockContents, lockSession, originOf } from './security.ts'
import { openWindow } from './window.ts'

const built = import.meta.dirname // out/main, inside app.asar when packaged
const devUrl = app.isPackaged ? null : (process.env['ELECTRON_RENDERER_URL'] ?? null)
const devOrigin = devUrl === null ? null : originOf(devUrl)
const origin = devOrigin ?? pageOrigin
/** How long an end waits for the job at work before the process goes regardless. */
const closingMs = 5_000

let window: BrowserWindow | null = null
let workbench: WorkbenchHandle | null = null
let server: Server | null = null

/** A page says hello each time it loads, a reload too, and gets a port of its own: calls, replies and events in one order. */
function answerPages(): void {
  let leave: (() => void) | null = null
  ipcMain.on('workbench:hello', (event) => {
    if (!window || !server || !isOurPage(event, window, origin)) return
    leave?.()
    const { port1, port2 } = new MessageChannelMain()
    const page = server.connect({ send: (message) => port1.postMessage(message) })
    leave = () => {
      page.close()
      port1.close()
    }
    port1.on('message', (message) => page.receive(message.data))
    port1.on('close', page.close)
    port1.start()
    event.senderFrame?.postMessage('workbench:port', null, [port2])
  })
}

async function start(): Promise<void> {
  await app.whenReady()
  lockSession(session.defaultSession, origin, devOrigin)
  servePage(join(built, '../renderer'))
  setMenu(devUrl !== null)

  const root = defaultWorkspace()
  mkdirSync(root, { recursive: true })
  const activity = watchActivity(() => window)
  workbench = await createWorkbench({
    root,
    shell: 'electron',
    launch: launchInElectron(join(built, 'job.js'), computePages(built, devUrl)),
    emit: (event, payload) => {
      server?.broadcast(event, payload)
      // 'kind' tells the compiler what the event's name tells the reader
      if (event === 'job.changed' && 'kind' in payload) activity.jobChanged(payload)
    },
    pick: createPicker(() => window),
    openNext: (folder) => openNext(root, folder),
  })
  const opened = workbench
  server = createServer({
    call: (name, argument) => opened.call(name, argument),
    keepDropped: (path) => keepDropped(path, (kept) => opened.keepPath(kept)),
  })
  answerPages()

  window = openWindow(built)
  window.once('closed', () => {
    window = null
    end() // the hidden window of a job that computes would keep the app alive
  })
  await window.loadURL(devUrl ?? `${pageOrigin}/`)
}

let ending = false

/** Ends the job at work and the workspace, then the app; only the first call counts. */
function end(): void {
  if (ending) return
  ending = true
  const atLatest = new Promise((resolve) => setTimeout(resolve, closingMs))
  void Promise.race([workbench?.close(), atLatest]).finally(() => app.exit(0))
}

app.enableSandbox()
registerScheme()
lockContents(origin)

if (app.requestSingleInstanceLock()) {
  app.on('second-instance', () => {
    if (window?.isMinimized()) window.restore()
    window?.focus()
  })
  app.on('window-all-closed', end)
  app.on('will-quit', (event) => {
    event.preventDefault()
    end()
  })
  start().catch((error: unknown) => {
    dialog.showErrorBox('Crossreel cannot start', error instanceof Error ? error.message : String(error))
    app.exit(1)
  })
} else {
  app.quit()
}
