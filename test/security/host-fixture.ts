// A running host over a workbench that only remembers what it was asked, and requests with any header one likes.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type IncomingHttpHeaders, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { type Host, startHost } from '../../src-main/host/server.ts'
import { mkdirSync } from 'node:fs'

export interface Fixture {
  host: Host
  folder: string
  staging: string
  /** Names the workbench was called with. */
  called: string[]
  /** Paths it was asked to keep. */
  kept: string[]
  origin: string
  close(): Promise<void>
}

export async function openFixture(largestUpload = 1_000_000): Promise<Fixture> {
  const folder = await mkdtemp(join(tmpdir(), 'crossreel-host-'))
  const pageFolder = join(folder, 'renderer')
  const staging = join(folder, 'staging')
  mkdirSync(pageFolder)
  mkdirSync(staging)
  await writeFile(join(pageFolder, 'index.html'), '<!doctype html><title>page</title>')
  await writeFile(join(folder, 'secret.txt'), 'the workspace')
  const called: string[] = []
  const kept: string[] = []
  const host = await startHost({
    port: 0,
    pageFolder,
    staging,
    largestUpload,
    open: async () => ({
      call: async (name) => {
        called.push(name)
        if (name === 'app.info') return { shell: 'browser' }
        throw new Error(`There is no request '${name}'.`)
      },
      keepPath: (path) => {
        kept.push(path)
        return { token: 'kept', name: path }
      },
      close: async () => {},
    }),
  })
  const origin = `http://127.0.0.1:${host.port}`
  const close = async (): Promise<void> => {
    await host.close()
    await rm(folder, { recursive: true, force: true })
  }
  return { host, folder, staging, called, kept, origin, close }
}

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: string
}

/** Sends the path and the headers as they are: `fetch` would tidy both. */
export function send(
  host: Host,
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: Buffer | string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', headers = {}, body } = options
    const sent = request({ host: '127.0.0.1', port: host.port, path, method, headers }, (response) => {
      let text = ''
      response.on('data', (chunk) => (text += String(chunk)))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }))
      response.on('error', reject)
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** @returns the open socket, or the status the host refused it with */
export function openSocket(url: string, headers: Record<string, string>): Promise<WebSocket | number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { headers })
    socket.once('open', () => resolve(socket))
    socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0))
    socket.once('error', reject)
  })
}

/** The next message, or the code the socket was closed with. */
export function nextFrom(socket: WebSocket): Promise<unknown> {
  return new Promise((resolve) => {
    socket.once('message', (data) => resolve(JSON.parse(String(data))))
    socket.once('close', (code) => resolve(code))
  })
}
