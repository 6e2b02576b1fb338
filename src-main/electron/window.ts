/** The one window. Isolation, sandbox and web security are Electron's defaults and stay unnamed; a test asserts them in the page. */
import { join } from 'node:path'
import { BrowserWindow } from 'electron'

/** @param built out/main, inside app.asar when packaged */
export function openWindow(built: string): BrowserWindow {
  const window = new BrowserWindow({
    name: 'main',
    windowStatePersistence: true,
    title: 'Crossreel',
    width: 1280,
    height: 800,
    minWidth: 900,
    minHeight: 600,
    show: false,
    // the page paints itself at once; this only keeps the first frame from flashing white on a dark desktop
    backgroundColor: '#16181d',
    icon: join(built, '../../resources/icon.png'),
    webPreferences: { preload: join(built, '../preload/index.cjs') },
  })
  window.once('ready-to-show', () => window.show())
  return window
}
