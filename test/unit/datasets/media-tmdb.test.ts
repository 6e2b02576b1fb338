/** Fetching posters, against a stand-in for TMDB on this machine. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { attachPosters } from '../../../src-main/datasets/media/posters.ts'
import { isToken } from '../../../src-main/datasets/tmdb/client.ts'
import { type FetchOptions, fetchPosters } from '../../../src-main/datasets/tmdb/fetch.ts'
import { hostsFrom, tmdbHosts } from '../../../src-main/datasets/tmdb/hosts.ts'
import { Pace } from '../../../src-main/datasets/tmdb/pace.ts'
import { storeFetched } from '../../../src-main/datasets/tmdb/store.ts'
import { PosterCache } from '../../../src-main/workspace/poster-cache.ts'
import { PosterFile } from '../../../src-main/workspace/poster-file.ts'
import { type Files, imported, inTempFolder, release, writeFiles } from './files.ts'
import { linkedRelease } from './media-attached.ts'
import { bytes, cutOff, endless, json, silence, standIn, type StandIn, type StandInReplies, status } from './media-tmdb-server.ts' // prettier-ignore

const key = '0123456789abcdef0123456789abcdef'
const token = `eyJhbGciOiJIUzI1NiJ9.${'a'.repeat(80)}.${'b'.repeat(43)}`
const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const
const poster = await sharp({ create: { width: 185, height: 278, channels: 3, background: 'white', noise } })
  .jpeg()
  .toBuffer()
const hasty = { perSecond: 1000, timeoutMs: 300, backOffMs: 5 }

interface Fetching {
  server: StandIn
  folder: string
  datasetPath: string
  target: string
  cacheFolder: string
  log: string[]
  /** Fetches once; what it throws is given back. */
  fetch(options?: Partial<FetchOptions>): Promise<Error | null>
  stored(): number[]
  found(): [string, number][]
}

/** A data set of twelve movies, each with a TMDB id, and a stand-in. */
function fetching(
  use: (f: Fetching) => Promise<void>,
  replies: StandInReplies = {},
  files: Files = linkedRelease(),
): Promise<void> {
  // prettier-ignore
  return inTempFolder((folder) =>
    imported(writeFiles(join(folder, 'data'), files), async (dataset) => {
      const server = await standIn(poster, replies)
      const target = join(folder, 'datasets', 'x.posters.db')
      const cacheFolder = join(folder, 'cache', 'tmdb-x')
      const log: string[] = []
      const look = <T>(of: (file: PosterFile) => T): T => {
        const file = PosterFile.open(target)
        try {
          return of(file)
        } finally {
          file.close()
        }
      }
      const fetch: Fetching['fetch'] = async (options = {}) => {
        try {
          await fetchPosters({
            datasetPath: dataset.path,
            target,
            cacheFolder,
            key,
            hosts: hostsFrom(server.origin),
            signal: new AbortController().signal,
            onProgress: () => undefined,
            log: (level, text) => log.push(`${level}: ${text}`),
            patience: hasty,
            ...options,
          })
          return null
        } catch (error) {
          return error instanceof Error ? error : new Error(String(error))
        }
      }
      try {
        await use({
          server,
          folder,
          datasetPath: dataset.path,
          target,
          cacheFolder,
          log,
          fetch,
          stored: () => (existsSync(target) ? look((file) => [...file.ids()]) : []),
          found: () => look((file) => file.findings().map((f): [string, number] => [f.reason, f.count])),
        })
      } finally {
        await server.close()
      }
    }),
  )
}

const all = Array.from({ length: 12 }, (_, m) => 10 * (m + 1))

test('every movie gets its poster, the most rated first; nothing is left to fetch', () =>
  fetching(async ({ server, fetch, stored, found, cacheFolder, target, datasetPath, log }) => {
    expect(await fetch()).toBeNull()
    expect(stored()).toEqual(all)
    expect(found()).toEqual([['posters fetched', 12]])
    expect(existsSync(cacheFolder)).toBe(false)
    expect(readdirSync(join(target, '..'))).toEqual(['x.posters.db'])
    const { DatasetFile } = await import('../../../src-main/workspace/dataset-file.ts')
    const dataset = DatasetFile.open(datasetPath)
    const { tmdbId, ratings } = dataset.movies()
    dataset.close()
    const asked = server.asked().map((id) => ratings[tmdbId.indexOf(id)] ?? 0)
    expect(asked).toEqual(asked.toSorted((a, b) => b - a))
    expect(server.seen).toHaveLength(24)
    expect(server.seen[0]?.line).toBe(`GET /3/movie/${server.asked()[0]}?api_key=${key}`)
    // the image's host never sees the key
    expect(server.seen.filter(({ line }) => line.includes('/t/p/') && line.includes(key))).toEqual([])
    expect(await fetch()).toBeNull()
    expect(server.seen).toHaveLength(24)
    expect(log.at(-1)).toBe('info: Every movie with a TMDB id has a poster: there is nothing to fetch.')
  }))

test('a read access token goes into a header, and not to the images', () =>
  fetching(async ({ server, fetch }) => {
    expect([isToken(token), isToken(key)]).toEqual([true, false])
    expect(await fetch({ key: token })).toBeNull()
    for (const { line, authorization } of server.seen) {
      expect(line).not.toContain(token)
      expect(authorization).toBe(line.includes('/3/movie/') ? `Bearer ${token}` : undefined)
    }
  }))

test('posters that are there already are not asked for and stay', () =>
  fetching(async ({ server, fetch, stored, found, folder, datasetPath, target }) => {
    const source = writeFiles(join(folder, 'mine'), { '10.jpg': poster, '30.jpg': poster, '40.jpg': 'x' })
    const signal = new AbortController().signal
    await attachPosters({ source, datasetPath, target, signal, onProgress: () => undefined })
    expect(await fetch()).toBeNull()
    expect(server.asked()).not.toContain(862)
    expect(server.asked()).toHaveLength(10)
    expect(stored()).toEqual(all)
    expect(found()).toContainEqual(['not a JPEG, PNG or WebP image', 1])
  }))

test.each<[string, StandInReplies, number, string]>([
  [
    'a movie that TMDB does not know',
    { record: (id) => (id === 862 ? status(404) : json({ poster_path: `/p${id}.jpg` })) },
    0,
    'TMDB has none of 1, 0 could not be had.',
  ],
  [
    'a movie without a poster',
    { record: (id) => json({ poster_path: id === 862 ? null : `/p${id}.jpg` }) },
    0,
    'TMDB has none of 1, 0 could not be had.',
  ],
  [
    'an image that is gone',
    { image: (id) => (id === 862 ? status(404) : bytes(poster)) },
    0,
    'TMDB has none of 1, 0 could not be had.',
  ],
  [
    'HTML in place of an image',
    { image: (id) => (id === 862 ? bytes(Buffer.from('<html>hello</html>'), 'text/html') : bytes(poster)) },
    1,
    '(TMDB 862): the poster it sent cannot be used: not a JPEG, PNG or WebP image.',
  ],
  [
    'an image that is cut off',
    { image: (id) => (id === 862 ? bytes(poster.subarray(0, 6000)) : bytes(poster)) },
    1,
    '(TMDB 862): the poster it sent cannot be used: broken image',
  ],
  [
    'a connection that breaks off',
    { image: (id) => (id === 862 ? cutOff(poster) : bytes(poster)) },
    1,
    '(TMDB 862): TMDB cannot be reached (',
  ],
  [
    'an answer that never comes',
    { record: (id) => (id === 862 ? silence : json({ poster_path: `/p${id}.jpg` })) },
    1,
    '(TMDB 862): TMDB did not answer within 0.3 s.',
  ],
  [
    'an image without end',
    { image: (id) => (id === 862 ? endless : bytes(poster)) },
    1,
    "(TMDB 862): TMDB's answer is longer than 5 MB.",
  ],
  [
    'an image that says it is too long',
    {
      image: (id) =>
        id === 862 ? (r) => r.writeHead(200, { 'content-length': '6000000' }).flushHeaders() : bytes(poster),
    },
    1,
    "(TMDB 862): TMDB's answer is longer than 5 MB.",
  ],
  [
    'a redirect',
    {
      record: (id) =>
        id === 862 ? status(302, { location: 'http://127.0.0.1:1/' }) : json({ poster_path: `/p${id}.jpg` }),
    },
    1,
    '(TMDB 862): TMDB answered 302, a redirect, which is not followed.',
  ],
  [
    'a record that is no JSON',
    { record: (id) => (id === 862 ? bytes(Buffer.from('<html>'), 'text/html') : json({ poster_path: `/p${id}.jpg` })) },
    1,
    '(TMDB 862): its record at TMDB is not readable.',
  ],
  [
    'a poster path that leads elsewhere',
    { record: (id) => json({ poster_path: id === 862 ? '/../../secret.jpg' : `/p${id}.jpg` }) },
    1,
    '(TMDB 862): its record at TMDB is not readable.',
  ],
  [
    'a poster path that is another host',
    { record: (id) => json({ poster_path: id === 862 ? '//evil.example/p.jpg' : `/p${id}.jpg` }) },
    1,
    '(TMDB 862): its record at TMDB is not readable.',
  ],
  [
    'an error that stays',
    { record: (id) => (id === 862 ? status(500) : json({ poster_path: `/p${id}.jpg` })) },
    1,
    '(TMDB 862): TMDB answered 500.',
  ],
  [
    'a refusal',
    { record: (id) => (id === 862 ? status(418) : json({ poster_path: `/p${id}.jpg` })) },
    1,
    '(TMDB 862): TMDB answered 418.',
  ],
])('%s costs one poster', async (_, replies, failed, sentence) => {
  // prettier-ignore
  await fetching(async ({ fetch, stored, log, cacheFolder }) => {
    expect(await fetch()).toBeNull()
    expect(stored()).toEqual(all.slice(1))
    expect(log.join('\n')).toContain(sentence)
    expect(existsSync(cacheFolder)).toBe(failed > 0) // kept while there is something to ask again
  }, replies)
})

test('what failed is asked again by the next fetch, what TMDB has none of is not', () => {
  let down = true
  const record = (id: number): ReturnType<typeof json> => {
    if (id === 862 && down) return status(503)
    return json({ poster_path: id === 8844 ? null : `/p${id}.jpg` })
  }
  return fetching(
    async ({ server, fetch, stored, found, cacheFolder }) => {
      expect(await fetch()).toBeNull()
      expect(stored()).toEqual(all.slice(2))
      const before = server.asked().length
      down = false
      expect(await fetch()).toBeNull()
      expect(server.asked().slice(before)).toEqual([862])
      expect(stored()).toEqual([10, ...all.slice(2)])
      expect(found()).toEqual([['TMDB has no poster of it', 1], ['posters fetched', 1]]) // prettier-ignore
      expect(existsSync(cacheFolder)).toBe(false)
    },
    { record },
  )
})

test('errors that pass are asked again after a pause, and the log says so', () =>
  fetching(
    async ({ server, fetch, stored, log }) => {
      expect(await fetch()).toBeNull()
      expect(stored()).toEqual(all)
      expect(server.asked().filter((id) => id === 862)).toHaveLength(4)
      expect(log.filter((line) => line.includes('TMDB 862:'))).toEqual([
        'warning: TMDB 862: TMDB answered 500; asked again in 0.005 s (attempt 2 of 5).',
        'warning: TMDB 862: TMDB answered 502; asked again in 0.01 s (attempt 3 of 5).',
        'warning: TMDB 862: TMDB answered 503; asked again in 0.02 s (attempt 4 of 5).',
      ])
    },
    { record: (id, attempt) => (id === 862 && attempt < 4 ? status([500, 502, 503][attempt - 1] ?? 500) : json({ poster_path: `/p${id}.jpg` })) }, // prettier-ignore
  ))

test('too many requests: all wait as long as TMDB says, and then ask more slowly', () =>
  fetching(
    async ({ server, fetch, stored, log }) => {
      expect(await fetch()).toBeNull()
      expect(stored()).toEqual(all)
      const first = server.seen[0]?.at ?? 0
      const meanwhile = server.seen.filter(({ at }) => at < first + 950)
      expect(meanwhile.length).toBeLessThan(10) // what was under way already, of 25
      expect(log[0]).toBe(`warning: TMDB ${server.asked()[0]}: TMDB answered that these are too many requests; asked again in 1 s (attempt 2 of 5).`) // prettier-ignore
    },
    { record: (() => { let first = true; return (id) => { if (!first) return json({ poster_path: `/p${id}.jpg` }); first = false; return status(429, { 'retry-after': '1' }) } })() }, // prettier-ignore
  ))

test.each([401, 403])('a key that is refused (%i) ends the fetch; what was there is stored', (code) => {
  let answers = 0
  const record = (id: number): ReturnType<typeof json> => (++answers > 6 ? status(code) : json({ poster_path: `/p${id}.jpg` })) // prettier-ignore
  return fetching(
    async ({ fetch, stored, log, folder, server }) => {
      const error = await fetch()
      expect(error?.message).toBe(
        `TMDB refuses the key (it answered ${code}). Copy the API key or the API read access token once more from themoviedb.org, Settings, API, and fetch again.`,
      )
      expect(server.asked().length).toBeLessThan(12)
      const there = stored().length
      expect(there).toBeGreaterThan(0)
      expect(log.at(-1)).toBe(`info: Posters of ${there} movies were fetched until then and are in the data set.`)
      expectNowhere(key, folder, [...log, error?.message ?? '', error?.stack ?? ''])
    },
    { record },
  )
})

test('TMDB that cannot be reached ends the fetch after eight movies, without the key in any sentence', () =>
  fetching(async ({ fetch, server, log, folder }) => {
    await server.close()
    const error = await fetch()
    expect(error?.message).toBe(
      'Fetching posters was stopped: 8 movies in a row could not be had, the last because TMDB cannot be reached (ECONNREFUSED). What was fetched is kept. Check the network and fetch again later; it goes on where it stopped.',
    )
    expectNowhere(key, folder, [...log, error?.message ?? '', error?.stack ?? '', JSON.stringify(error)])
  }))

test('a cancel stores what came until then; the next fetch goes on there', () =>
  fetching(
    async ({ server, fetch, stored, cacheFolder, log }) => {
      const cancel = new AbortController()
      const onProgress = ({ fraction }: { fraction: number | null }): void => {
        if ((fraction ?? 0) >= 0.5) cancel.abort()
      }
      const error = await fetch({ signal: cancel.signal, onProgress })
      expect(error?.name).toBe('AbortError')
      const first = stored()
      expect(first.length).toBeGreaterThanOrEqual(6)
      expect(first.length).toBeLessThan(12)
      expect(existsSync(cacheFolder)).toBe(true)
      const asked = server.asked().length
      expect(await fetch()).toBeNull()
      expect(stored()).toEqual(all)
      expect(server.asked().length - asked).toBeLessThanOrEqual(12 - first.length) // what came while it was stored is cached
      expect(existsSync(cacheFolder)).toBe(false)
      expect(log.at(-1)).toBe(`info: Posters of ${12 - first.length} movies fetched; TMDB has none of 0, 0 could not be had.`) // prettier-ignore
    },
    { image: () => (response) => setTimeout(() => response.end(poster), 10) },
  ))

test('a cancel while TMDB is silent is noticed at once', () =>
  fetching(
    async ({ fetch, stored }) => {
      const cancel = new AbortController()
      setTimeout(() => cancel.abort(), 50)
      const begun = performance.now()
      expect((await fetch({ signal: cancel.signal, patience: { timeoutMs: 60_000 } }))?.name).toBe('AbortError')
      expect(performance.now() - begun).toBeLessThan(5000) // not the minute it would have waited
      expect(stored()).toEqual([])
    },
    { record: () => silence },
  ))

test('a damaged cache is begun anew', () =>
  fetching(async ({ fetch, stored, cacheFolder }) => {
    writeFiles(cacheFolder, {
      'posters.db': 'this is no database, but it is long enough to be read as one'.repeat(100),
    })
    expect(await fetch()).toBeNull()
    expect(stored()).toEqual(all)
  }))

test('a full disk says so, and the cache keeps what was fetched', () =>
  fetching(async ({ fetch, stored, cacheFolder, server }) => {
    expect((await fetch({ limitBytes: 60_000 }))?.message).toMatch(/^The disk is full: .* Nothing was changed\./)
    expect(stored()).toEqual([])
    expect(existsSync(cacheFolder)).toBe(true)
    const asked = server.asked().length
    expect(await fetch()).toBeNull()
    expect(server.asked().length).toBe(asked) // nothing twice
    expect(stored()).toEqual(all)
  }))

test('storing that would take too long after a cancel is given up, and the cache has everything', () =>
  inTempFolder(async (folder) => {
    const cache = PosterCache.open(join(folder, 'cache'))
    const target = join(folder, 'x.posters.db')
    const wanted = new Map([1, 2, 3].map((id) => [id, { movieIds: [10 * id], title: 'T' }]))
    const store = (budgetMs: number | null): Promise<number> =>
      storeFetched({ target, movies: 3, wanted, cache, signal: new AbortController().signal, budgetMs })
    try {
      expect(await store(null)).toBe(0)
      for (const id of [1, 2]) cache.put(id, poster)
      cache.put(3, null)
      await expect(store(0)).rejects.toThrow('putting them in would have taken too long.')
      expect(readdirSync(folder)).toEqual(['cache'])
      expect([...cache.answers()]).toEqual([[1, true], [2, true], [3, false]]) // prettier-ignore
      expect(await store(null)).toBe(2)
    } finally {
      cache.discard()
    }
    expect(readdirSync(folder)).toEqual(['x.posters.db'])
  }))

test('a data set without TMDB ids has nothing to ask', () =>
  fetching(
    async ({ fetch, server }) => {
      expect((await fetch())?.message).toBe(
        'The data set has no TMDB ids: it came without links.csv. Import it with its links.csv, or add posters from a folder.',
      )
      expect(server.seen).toEqual([])
    },
    {},
    release({}, ['links.csv']),
  ))

test.each([
  ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
  ['http://[::1]:8080/', 'http://[::1]:8080'],
])('the stand-in %s is taken', (override, origin) => {
  expect(hostsFrom(override)).toEqual({ api: origin, images: origin })
})

test('without a stand-in it is TMDB itself, over https', () => {
  expect(hostsFrom(undefined)).toBe(tmdbHosts)
  expect(tmdbHosts).toEqual({ api: 'https://api.themoviedb.org', images: 'https://image.tmdb.org' })
})

test.each([
  'http://192.168.1.2:8080',
  'http://evil.example',
  'https://api.themoviedb.org',
  'http://localhost:8080',
  'http://127.0.0.1.evil.example',
  'http://127.0.0.1@evil.example',
  'http://user:word@127.0.0.1:80',
  'http://127.0.0.1:8080/path',
  'file:///etc/passwd',
  'nonsense',
])('the stand-in %s is refused', (override) => {
  expect(() => hostsFrom(override)).toThrow(/^CROSSREEL_TMDB is no address of this machine\./)
})

test('the pace: never faster than asked for, slower after a complaint, slowly faster again', async () => {
  const pace = new Pace(100)
  const { signal } = new AbortController()
  const begun = performance.now()
  await Promise.all(Array.from({ length: 10 }, () => pace.turn(signal)))
  expect(performance.now() - begun).toBeGreaterThan(88) // nine pauses of 10 ms; a timer may be a millisecond early
  expect(pace.interval).toBe(10)
  pace.slowDown(0)
  pace.slowDown(0)
  expect(pace.interval).toBe(40)
  for (let i = 0; i < 50; i++) pace.answered()
  expect(pace.interval).toBe(32)
  for (let i = 0; i < 5000; i++) pace.answered()
  expect(pace.interval).toBe(10)
  for (let i = 0; i < 50; i++) pace.slowDown(0)
  expect(pace.interval).toBe(2000)
})

/** The secret is in none of the texts, and in no file of the folder. */
function expectNowhere(secret: string, folder: string, texts: string[]): void {
  for (const text of texts) expect(text).not.toContain(secret)
  writeFileSync(join(folder, 'checked.txt'), 'so that there is at least one file to look into')
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  expect(files.length).toBeGreaterThan(0)
  for (const { parentPath, name } of files) expect(readFileSync(join(parentPath, name), 'latin1')).not.toContain(secret)
}
