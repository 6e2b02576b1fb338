/**
 * Who may come in. The host listens on loopback only, yet any page in any browser of this machine can send requests to it: so each
 * request must name this host (against DNS rebinding), come from no foreign page, and carry the token wherever it can do something.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

export interface Doors {
  token: string
  /** Why this request is refused, or null. `acting`: it can do something, so it must bring an origin of ours and the token. */
  refusal(request: IncomingMessage, acting: { token: string | null } | null): Refusal | null
}
export interface Refusal {
  status: number
  sentence: string
}

/** 32 hexadecimal digits from the environment (the dev server keeps one over restarts), else 128 fresh random bits. */
export function makeToken(given: string | undefined = process.env['CROSSREEL_TOKEN']): string {
  return given && /^[0-9a-f]{32}$/.test(given) ? given : randomBytes(16).toString('hex')
}

/**
 * @param port the port the host listens on
 * @param devUrl the dev server's address, where it stands before the host
 */
export function createDoors(token: string, port: number, devUrl: string | null): Doors {
  const names = [`127.0.0.1:${port}`, `localhost:${port}`]
  const origins = new Set(names.map((name) => `http://${name}`))
  const hosts = new Set(names)
  if (devUrl) {
    const dev = new URL(devUrl)
    for (const name of [dev.hostname, '127.0.0.1', 'localhost']) {
      origins.add(`${dev.protocol}//${name}:${dev.port}`)
      hosts.add(`${name}:${dev.port}`)
    }
  }
  const expected = digest(token)

  return {
    token,
    refusal(request, acting) {
      if (!hosts.has(request.headers.host ?? '')) {
        return { status: 421, sentence: 'This address is not the workbench. Open the one it printed when it started.' }
      }
      const origin = request.headers.origin
      if (origin !== undefined && !origins.has(origin)) {
        return { status: 403, sentence: `A page of ${origin.slice(0, 100)} may not use this workbench.` }
      }
      // a foreign page may link here, but embed or fetch nothing
      if (request.headers['sec-fetch-site'] === 'cross-site' && request.headers['sec-fetch-mode'] !== 'navigate') {
        return { status: 403, sentence: 'Another site may not load parts of this workbench.' }
      }
      if (!acting) return null
      if (origin === undefined)
        return { status: 403, sentence: 'This request names no origin, so it comes from no page of the workbench.' }
      if (acting.token === null || !timingSafeEqual(digest(acting.token), expected)) {
        return {
          status: 401,
          sentence: 'The token is wrong. Open the address that the workbench printed when it started.',
        }
      }
      return null
    },
  }
}

/** Equal lengths for the comparison in constant time. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
