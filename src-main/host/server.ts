/**
 * The browser shell: the page's files over HTTP, the workbench over a WebSocket, dropped files by POST; on 127.0.0.1 only. It sends no
 * CORS header: no other origin ever reads an answer.
 */
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { createServer, type Server } from '../../src-preload/server.ts'
import type { Picked } from '../../src-preload/contract.ts'
import { locate, pageHeaders } from '../shell/page-files.ts'
import type { Emit, WorkbenchHandle } from '../workbench/index.ts'
import { createDoors, makeToken, type Doors, type Refusal } from './doors.ts'
import { largestUpload, receiveUpload, UploadError } from './upload.ts'

export interface HostOptions {
  /** 0 lets the system choose. */
  port: number
  /** The built page: out/renderer. */
  pageFolder: string
  /** Where uploads go. */
  staging: string
  /** Opens the workbench; the host hands it the way to reach every page. */
  open: (emit: Emit) => Promise<Pick<WorkbenchHandle, 'call' | 'keepPath' | 'close'>>
  devUrl?: string | null
  token?: string
  largestUpload?: number
}

export interface Host {
  url: string
  port: number
  token: string
  close(): Promise<void>
}

/** A call's argument is small; what is large goes by upload. */
const largestMessage = 4 * 1024 ** 2
/** A page that stopped reading is let go before its unsent events fill the memory; it reconnects and reads from the workspace. */
const largestBacklog = 64 * 1024 ** 2

/** @throws Error when the port is taken or the workspace does not open */
export async function startHost(options: HostOptions): Promise<Host> {
  let server: Server | null = null
  const workbench = await options.open((event, payload) => server?.broadcast(event, payload))
  server = createServer({ call: (name, argument) => workbench.call(name, argument), keepDropped: null })

  const http = createHttpServer()
  http.listen(options.port, '127.0.0.1')
  try {
    await once(http, 'listening')
  } catch (error) {
    await workbench.close()
    throw error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
      ? new Error(`Port ${options.port} is taken. Choose another with --port, or leave it out.`, { cause: error })
      : error
  }
  const address = http.address()
  const port = typeof address === 'object' && address ? address.port : options.port
  const doors = createDoors(options.token ?? makeToken(), port, options.devUrl ?? null)
  const sockets = serveSockets(server)

  http.on('request', (request, response) => {
    respond(request, response, doors, port, options, (path) => workbench.keepPath(path)).catch((error: unknown) => {
      if (!response.headersSent)
        say(response, { status: 500, sentence: error instanceof Error ? error.message : String(error) })
      else response.destroy()
    })
  })
  http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const url = new URL(request.url ?? '/', 'http://host')
    const refusal =
      url.pathname === '/ws'
        ? doors.refusal(request, { token: url.searchParams.get('token') })
        : { status: 404, sentence: '' }
    if (refusal) socket.end(`HTTP/1.1 ${refusal.status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
    else sockets.handleUpgrade(request, socket, head, (opened) => sockets.emit('connection', opened, request))
  })

  return {
    url: `${options.devUrl?.replace(/\/$/, '') ?? `http://127.0.0.1:${port}`}/?token=${doors.token}`,
    port,
    token: doors.token,
    async close() {
      for (const socket of sockets.clients) socket.close(1001, 'the workbench is closing')
      await workbench.close()
      http.closeAllConnections()
      http.close()
      for (const socket of sockets.clients) socket.terminate()
    },
  }
}

function serveSockets(server: Server): WebSocketServer {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: largestMessage })
  sockets.on('connection', (socket) => {
    const page = server.connect({
      send(message) {
        if (socket.bufferedAmount > largestBacklog) socket.terminate()
        else socket.send(JSON.stringify(message))
      },
    })
    socket.on('message', (data, binary) => {
      const text = binary ? null : String(data)
      try {
        page.receive(text === null ? null : JSON.parse(text))
      } catch {
        socket.close(1007, 'not JSON')
      }
    })
    socket.on('close', page.close)
    socket.on('error', page.close)
  })
  return sockets
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  doors: Doors,
  port: number,
  options: HostOptions,
  keepPath: (path: string) => Picked,
): Promise<void> {
  const path = (request.url ?? '/').split(/[?#]/, 1)[0] ?? '/'
  if (path === '/upload') {
    const token = request.headers['x-crossreel-token']
    const refusal =
      request.method === 'POST'
        ? doors.refusal(request, { token: typeof token === 'string' ? token : null })
        : { status: 405, sentence: 'Only POST.' }
    if (refusal) return say(response, refusal)
    try {
      const kept = keepPath(await receiveUpload(request, options.staging, options.largestUpload ?? largestUpload))
      response
        .writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' })
        .end(JSON.stringify(kept))
    } catch (error) {
      if (!(error instanceof UploadError)) throw error
      say(response, { status: error.status, sentence: error.message })
    }
    return
  }

  const refusal = doors.refusal(request, null)
  if (refusal) return say(response, refusal)
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return say(response, { status: 405, sentence: 'Only GET.' })
  const file = locate(options.pageFolder, path)
  const content = file === null ? null : await readFile(file).catch(() => null)
  if (file === null || content === null) return say(response, { status: 404, sentence: 'Nothing is here.' })
  const connect = [`ws://127.0.0.1:${port}`, `ws://localhost:${port}`]
  response.writeHead(200, { ...pageHeaders(file, connect), 'content-length': content.length })
  response.end(request.method === 'HEAD' ? undefined : content)
}

/** Refuses in one sentence and closes the connection: the rest of a refused body is not read. */
function say(response: ServerResponse, { status, sentence }: Refusal): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    connection: 'close',
  })
  response.end(sentence)
}
