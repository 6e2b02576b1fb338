/**
 * Puts `window.workbench` there where no preload has: over a WebSocket to the host that served the page. Calls made before the socket
 * opens wait for it; when it closes, what is pending is rejected and the page says so until the host is back.
 */
import type { Picked, Workbench } from '@contract'
import { readonly, shallowRef } from 'vue'
import { createClient } from '../../src-preload/client.ts'

/** Null while connected; otherwise the sentence that the page shows. */
const lostState = shallowRef<string | null>(null)
export const connectionLost = readonly(lostState)

const tokenKey = 'crossreel.token'
const retryMs = [250, 500, 1_000, 2_000, 4_000]
const sentences = {
  away: 'The workbench is not running. Start it again; this page then continues by itself.',
  token: 'This address belongs to an earlier start of the workbench. Open the address it printed when it started.',
}

/** Call it once, before anything asks for the workbench. In Electron it does nothing. */
export function connectWorkbench(): void {
  window.workbench ??= connectSocket(takeToken())
}

/** The token of the address, kept for reloads of this tab and taken out of the address bar and the history. */
function takeToken(): string {
  const url = new URL(location.href)
  const given = url.searchParams.get('token')
  if (given === null) return sessionStorage.getItem(tokenKey) ?? ''
  sessionStorage.setItem(tokenKey, given)
  url.searchParams.delete('token')
  history.replaceState(history.state, '', url)
  return given
}

function connectSocket(token: string): Workbench {
  const client = createClient()
  let attempts = 0

  function lose(sentence: string): void {
    client.detach(sentence)
    lostState.value = sentence
    showNote(sentence)
  }

  function open(): void {
    const socket = new WebSocket(`ws://${location.host}/ws?token=${encodeURIComponent(token)}`)
    let opened = false
    socket.onopen = () => {
      opened = true
      // The workspace moved on without this page: it starts over from what is stored, at the same screen.
      if (lostState.value !== null) return location.reload()
      attempts = 0
      client.attach({ send: (message) => socket.send(JSON.stringify(message)) })
    }
    socket.onmessage = (message) => client.receive(JSON.parse(String(message.data)))
    socket.onclose = () => void closed(opened)
  }

  async function closed(wasOpen: boolean): Promise<void> {
    // a socket says nothing about why it was refused: only the host answers this request, and always with 405
    const there =
      !wasOpen &&
      (await fetch('/upload', { method: 'HEAD' }).then(
        ({ status }) => status === 405,
        () => false,
      ))
    lose(there ? sentences.token : sentences.away)
    if (!there) setTimeout(open, retryMs[Math.min(attempts++, retryMs.length - 1)])
  }

  open()
  return { call: client.call, on: client.on, drop: (file) => upload(file, token) }
}

/** Sends a dropped file to the host, which keeps it under a token. @throws Error with the host's sentence when it is refused */
async function upload(file: File, token: string): Promise<Picked> {
  let answer: Response
  try {
    answer = await fetch('/upload', {
      method: 'POST',
      headers: { 'x-crossreel-token': token, 'x-file-name': encodeURIComponent(file.name) },
      body: file,
    })
  } catch {
    throw new Error(
      `'${file.name}' could not be sent: it is a folder, it changed, or the workbench is not running. Drop a zip, or type a path.`,
    )
  }
  const text = await answer.text()
  if (!answer.ok) throw new Error(text || `The workbench refused '${file.name}' (${answer.status}).`)
  const kept: unknown = JSON.parse(text)
  if (typeof kept === 'object' && kept !== null && 'token' in kept && 'name' in kept) {
    return { token: String(kept.token), name: String(kept.name) }
  }
  throw new Error('The workbench answered the upload with something else than a token. Reload the page.')
}

/** Over whatever screen is shown, also while none is: so it is made here and not by a component. */
function showNote(sentence: string): void {
  const note = document.getElementById('connection-lost') ?? document.createElement('div')
  note.id = 'connection-lost'
  note.setAttribute('role', 'alert')
  note.textContent = sentence
  Object.assign(note.style, {
    position: 'fixed',
    inset: 'auto 0 0 0',
    zIndex: '1000',
    padding: '8px 16px',
    background: '#8a1c1c',
    color: '#ffffff',
    font: '500 13px/1.4 system-ui, sans-serif',
    textAlign: 'center',
  })
  document.body.append(note)
}
