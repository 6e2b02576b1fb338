/**
 * The desktop shell's locks, all set before the first window: nothing is loaded from elsewhere, no page navigates away, opens a window
 * or is granted a permission, and only our own page's main frame is listened to.
 */
import { app, type Session, type WebContents, type WebFrameMain } from 'electron'

/** Where the page comes from: `app://crossreel`, or the dev server's origin. */
export function originOf(url: string): string | null {
  try {
    const { protocol, host } = new URL(url)
    // `origin` is 'null' for schemes the URL standard does not know
    return `${protocol}//${host}`
  } catch {
    return null
  }
}

/**
 * What the session may load. Everything else is cancelled, so the page works offline or not at all.
 * @param devOrigin the dev server's origin, null in a built app
 */
export function mayLoad(url: string, pageOrigin: string, devOrigin: string | null): boolean {
  const origin = originOf(url)
  if (origin === null) return false
  if (origin === pageOrigin || url.startsWith('blob:') || url.startsWith('data:')) return true
  if (devOrigin === null) return false
  // hot reload, and the developer tools that only a development build opens
  return origin === devOrigin || origin === devOrigin.replace(/^http/, 'ws') || url.startsWith('devtools:')
}

export function lockSession(session: Session, pageOrigin: string, devOrigin: string | null): void {
  session.setPermissionRequestHandler((_contents, permission, grant) => grant(mayUse(permission)))
  session.setPermissionCheckHandler((_contents, permission) => mayUse(permission))
  session.setDevicePermissionHandler(() => false)
  session.webRequest.onBeforeRequest((details, proceed) =>
    proceed({ cancel: !mayLoad(details.url, pageOrigin, devOrigin) }),
  )
  session.on('will-download', (event, item) => {
    if (!maySave(item.getURL(), pageOrigin)) event.preventDefault()
  })
}

/** Pictures of charts, which the page makes itself; the person chooses where they go. */
export function maySave(url: string, pageOrigin: string): boolean {
  return url.startsWith('data:image/png;base64,') || url.startsWith(`blob:${pageOrigin}/`)
}

/** "Copy as LaTeX" writes text to the clipboard; nothing else is asked for. */
function mayUse(permission: string): boolean {
  return permission === 'clipboard-sanitized-write'
}

/** Locks every web contents the app ever makes, whoever makes it. */
export function lockContents(pageOrigin: string): void {
  app.on('web-contents-created', (_event, contents) => {
    const stay = (details: { url: string; preventDefault(): void }): void => {
      if (originOf(details.url) !== pageOrigin) details.preventDefault()
    }
    contents.on('will-navigate', stay)
    contents.on('will-frame-navigate', stay)
    contents.on('will-redirect', stay)
    contents.on('will-attach-webview', (event) => event.preventDefault())
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  })
}

/** Whether a message comes from the main frame of our window, showing our page. A frame that is gone (null) is refused. */
export function isOurPage(
  event: { sender: WebContents; senderFrame: WebFrameMain | null },
  window: { webContents: WebContents },
  pageOrigin: string,
): boolean {
  const frame = event.senderFrame
  return (
    frame !== null &&
    event.sender === window.webContents &&
    frame === window.webContents.mainFrame &&
    originOf(frame.url) === pageOrigin
  )
}
