/** A stand-in for TMDB on this machine: it knows the paths of TMDB's two hosts and answers each as a test says. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Reply = (response: ServerResponse, request: IncomingMessage) => void

export interface StandIn {
  origin: string
  /** 'GET /3/movie/862?api_key=…' and what each came with, in order. */
  seen: { line: string; authorization: string | undefined; at: number }[]
  /** TMDB ids that were asked for, in order. */
  asked(): number[]
  close(): Promise<void>
}

export interface StandInReplies {
  record?: (tmdbId: number, attempt: number) => Reply
  image?: (tmdbId: number, attempt: number) => Reply
}

export const json =
  (value: unknown): Reply =>
  (response) =>
    response.setHeader('content-type', 'application/json').end(JSON.stringify(value))
export const status =
  (code: number, headers: Record<string, string> = {}): Reply =>
  (response) =>
    response.writeHead(code, headers).end('{"status_message":"No."}')
export const bytes =
  (content: Uint8Array, type = 'image/jpeg'): Reply =>
  (response) =>
    response.setHeader('content-type', type).end(content)
/** Says that there is more than comes, and breaks off. */
export const cutOff =
  (content: Uint8Array): Reply =>
  (response) => {
    response.writeHead(200, { 'content-length': String(content.length * 2) })
    response.write(content, () => response.destroy())
  }
export const silence: Reply = () => undefined
/** A body that never ends. */
export const endless: Reply = (response) => {
  const piece = Buffer.alloc(1 << 16)
  const more = (): void => {
    while (!response.destroyed && response.write(piece));
    if (!response.destroyed) response.once('drain', more)
  }
  more()
}

export const posterOf = (tmdbId: number): Reply => json({ id: tmdbId, poster_path: `/p${tmdbId}.jpg` })

/** Every movie has a poster, `image`, unless the replies say otherwise. */
export async function standIn(image: Uint8Array, replies: StandInReplies = {}): Promise<StandIn> {
  const seen: StandIn['seen'] = []
  const attempts = new Map<string, number>()
  const server = createServer((request, response) => {
    const url = request.url ?? ''
    seen.push({ line: `${request.method} ${url}`, authorization: request.headers.authorization, at: performance.now() })
    const { pathname } = new URL(url, 'http://127.0.0.1')
    const attempt = (attempts.get(pathname) ?? 0) + 1
    attempts.set(pathname, attempt)
    const record = /^\/3\/movie\/(\d+)$/.exec(pathname)
    const picture = /^\/t\/p\/w185\/p(\d+)\.jpg$/.exec(pathname)
    const id = Number(record?.[1] ?? picture?.[1])
    if (record) (replies.record?.(id, attempt) ?? posterOf(id))(response, request)
    else if (picture) (replies.image?.(id, attempt) ?? bytes(image))(response, request)
    else status(404)(response, request)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo // a TCP server's address
  return {
    origin: `http://127.0.0.1:${port}`,
    seen,
    asked: () => seen.flatMap(({ line }) => /^GET \/3\/movie\/(\d+)/.exec(line)?.[1] ?? []).map(Number),
    close: () =>
      new Promise((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
}
