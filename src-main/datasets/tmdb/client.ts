/**
 * Asks TMDB for one movie's poster: its record from the API, then the image. Only GET, only the two hosts, no redirects, bounded lengths,
 * bounded patience. The person's key goes into the request and nowhere else: every sentence here is made without it, and without what
 * the network layer says, which may quote an address.
 * Source: https://developer.themoviedb.org/reference/movie-details and /docs/image-basics
 */
import { ImportError } from '../importing/import-error.ts'
import type { TmdbHosts } from './hosts.ts'
import { type Pace, rest } from './pace.ts'

export type TmdbAnswer =
  | { kind: 'image'; bytes: Uint8Array }
  /** TMDB does not know the movie, or has no poster of it. */
  | { kind: 'none' }
  /** It could not be had now; the next fetch asks again. */
  | { kind: 'failed'; reason: string }

export interface TmdbOptions {
  key: string
  hosts: TmdbHosts
  pace: Pace
  signal: AbortSignal
  log: (level: 'info' | 'warning', text: string) => void
  /** For one answer, from asking to its last byte. */
  timeoutMs?: number
  /** Before the second attempt; doubled before each further one. */
  backOffMs?: number
}

/** 185 pixels wide: the smallest of TMDB's sizes that is no smaller than what is stored. */
const imageSize = 'w185'
const maxRecordBytes = 1e6
const maxImageBytes = 5e6
const attempts = 5
const longestPauseMs = 120_000

type Attempt = { kind: 'body'; bytes: Uint8Array } | { kind: 'none' } | Trouble
interface Trouble {
  kind: 'trouble'
  reason: string
  /** Whether another attempt may help, after how long where TMDB says so, and whether everybody should wait. */
  again: boolean
  pauseMs?: number | undefined
  tooMany?: boolean
}

export class TmdbClient {
  readonly #options: Required<TmdbOptions>

  constructor(options: TmdbOptions) {
    this.#options = { timeoutMs: 20_000, backOffMs: 1000, ...options }
  }

  /** @throws ImportError when TMDB refuses the key; the signal's reason at once */
  async poster(tmdbId: number): Promise<TmdbAnswer> {
    const { hosts, key } = this.#options
    const record = new URL(`/3/movie/${tmdbId}`, hosts.api)
    // a read access token is a JWT and goes into a header; the older API key has no other place than the query
    const token = isToken(key)
    if (!token) record.searchParams.set('api_key', key)
    const headers = { accept: 'application/json', ...(token ? { authorization: `Bearer ${key}` } : {}) }
    const answer = await this.#ask(record, headers, maxRecordBytes, `TMDB ${tmdbId}`)
    if (answer.kind !== 'body') return withoutPause(answer)
    const path = posterPath(answer.bytes)
    if (path === undefined) return { kind: 'failed', reason: 'its record at TMDB is not readable' }
    if (path === null) return { kind: 'none' }
    const image = new URL(`/t/p/${imageSize}${path}`, hosts.images)
    const got = await this.#ask(image, { accept: 'image/jpeg, image/png, image/webp' }, maxImageBytes, `the poster of TMDB ${tmdbId}`) // prettier-ignore
    return got.kind === 'body' ? { kind: 'image', bytes: got.bytes } : withoutPause(got)
  }

  async #ask(url: URL, headers: Record<string, string>, most: number, what: string): Promise<Attempt> {
    const { pace, signal, backOffMs, log } = this.#options
    for (let attempt = 1; ; attempt++) {
      await pace.turn(signal)
      const answer = await this.#once(url, headers, most)
      if (answer.kind !== 'trouble') {
        pace.answered()
        return answer
      }
      const pauseMs = Math.min(longestPauseMs, answer.pauseMs ?? backOffMs * 2 ** (attempt - 1))
      if (answer.tooMany) pace.slowDown(pauseMs)
      if (!answer.again || attempt === attempts) return answer
      log('warning', `${what}: ${answer.reason}; asked again in ${pauseMs / 1000} s (attempt ${attempt + 1} of ${attempts}).`) // prettier-ignore
      await rest(pauseMs, signal)
    }
  }

  async #once(url: URL, headers: Record<string, string>, most: number): Promise<Attempt> {
    const { signal, timeoutMs } = this.#options
    signal.throwIfAborted()
    const stop = new AbortController()
    const cancel = (): void => stop.abort()
    signal.addEventListener('abort', cancel, { once: true })
    const timer = setTimeout(cancel, timeoutMs)
    try {
      const response = await fetch(url, { headers, redirect: 'manual', signal: stop.signal })
      if (response.status === 200) return await wholeBody(response, most)
      await response.body?.cancel()
      return this.#refused(response, url.origin === this.#options.hosts.api && url.pathname.startsWith('/3/'))
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof ImportError) throw error
      const reason = stop.signal.aborted
        ? `TMDB did not answer within ${timeoutMs / 1000} s`
        : `TMDB cannot be reached (${codeOf(error)})`
      return { kind: 'trouble', reason, again: true }
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', cancel)
    }
  }

  #refused({ status, headers }: Response, api: boolean): Attempt {
    const trouble = (reason: string, more: Partial<Trouble> = {}): Trouble => ({ kind: 'trouble', reason, again: false, ...more }) // prettier-ignore
    if (status === 404) return { kind: 'none' }
    if (api && (status === 401 || status === 403)) {
      throw new ImportError(
        `TMDB refuses the key (it answered ${status}). Copy the API key or the API read access token once more from themoviedb.org, Settings, API, and fetch again.`,
      )
    }
    if (status === 429) {
      const pauseMs = retryAfter(headers.get('retry-after'))
      return trouble('TMDB answered that these are too many requests', { again: true, tooMany: true, pauseMs })
    }
    if (status >= 500) return trouble(`TMDB answered ${status}`, { again: true })
    if (status >= 300 && status < 400) return trouble(`TMDB answered ${status}, a redirect, which is not followed`)
    return trouble(`TMDB answered ${status}`)
  }
}

/** A read access token (v4) is a JWT: three parts with dots between them; an API key (v3) is 32 hexadecimal digits. */
export function isToken(key: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(key)
}

function withoutPause(answer: { kind: 'none' } | Trouble): TmdbAnswer {
  return answer.kind === 'none' ? answer : { kind: 'failed', reason: answer.reason }
}

async function wholeBody(response: Response, most: number): Promise<Attempt> {
  const tooLong: Trouble = { kind: 'trouble', reason: `TMDB's answer is longer than ${most / 1e6} MB`, again: false } // prettier-ignore
  const declared = Number(response.headers.get('content-length') ?? 0)
  const pieces: Uint8Array[] = []
  let length = 0
  if (declared <= most) {
    for await (const piece of response.body ?? []) {
      length += piece.length
      if (length > most) return tooLong // leaving the loop cancels the rest
      pieces.push(piece)
    }
    return { kind: 'body', bytes: Buffer.concat(pieces) }
  }
  await response.body?.cancel()
  return tooLong
}

/** null: there is no poster. undefined: this is no record of a movie, or names an image in a way that TMDB does not. */
function posterPath(body: Uint8Array): string | null | undefined {
  try {
    const record: unknown = JSON.parse(new TextDecoder().decode(body))
    if (typeof record !== 'object' || record === null || !('poster_path' in record)) return undefined
    if (record.poster_path === null || record.poster_path === '') return null
    const path = record.poster_path
    return typeof path === 'string' && /^\/[\w-]{1,100}\.(jpe?g|png|webp)$/i.test(path) ? path : undefined
  } catch {
    return undefined // HTML of a proxy, or cut off
  }
}

/** Seconds, or a date. */
function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined
  const seconds = /^\s*\d+\s*$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000
  return Number.isFinite(seconds) ? Math.max(0, seconds) * 1000 : undefined
}

/** 'ECONNREFUSED': the cause's code, never its message, which may hold the address with the key in it. */
function codeOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  return /^[A-Z_]{3,40}$/.test(code) ? code : 'network error'
}
