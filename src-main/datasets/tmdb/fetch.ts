/**
 * Fetching the posters that a data set lacks from TMDB, most rated movies first. Every answer goes into a cache as it comes; at the end,
 * and when it is cut short, what is there goes into the data set's poster file. The next fetch goes on with what is still missing.
 */
import { existsSync } from 'node:fs'
import { PosterCache } from '../../workspace/poster-cache.ts'
import { PosterFile } from '../../workspace/poster-file.ts'
import { DatasetFile } from '../../workspace/dataset-file.ts'
import { abortable } from '../abortable.ts'
import { asImportError, ImportError } from '../importing/import-error.ts'
import { shrinkImage } from '../media/poster-image.ts'
import { TmdbClient } from './client.ts'
import type { TmdbHosts } from './hosts.ts'
import { Pace } from './pace.ts'
import { storeFetched } from './store.ts'

export interface FetchOptions {
  datasetPath: string
  /** The poster file; replaced whole, with all it had. */
  target: string
  cacheFolder: string
  /** The person's own. */
  key: string
  hosts: TmdbHosts
  signal: AbortSignal
  onProgress: (progress: { phase: string; fraction: number | null; eta: number | null }) => void
  log: (level: 'info' | 'warning', text: string) => void
  /** The most the poster file may take, in bytes. */
  limitBytes?: number
  /** How patient it is; tests are less so. */
  patience?: { perSecond?: number; timeoutMs?: number; backOffMs?: number }
}

/** Movies by TMDB id, in the order in which they are asked for; two movies may share one. */
export type WantedMovies = ReadonlyMap<number, { movieIds: number[]; title: string }>

/** Requests under way at a time: while one answer travels, another image is decoded. */
const inFlight = 4
/** So many movies in a row that could not be had: TMDB or the network is down, and asking on would not help. */
const failuresInRow = 8
/** What a cancel leaves for putting the fetched posters into their file; what takes longer waits in the cache. */
const cancelBudgetMs = 400

/** @throws ImportError with place and remedy (the key is refused, no network, no TMDB ids); the signal's reason after a cancel */
export async function fetchPosters(options: FetchOptions): Promise<void> {
  const { target, signal, log } = options
  try {
    const { wanted, movies } = missingPosters(options.datasetPath, target)
    if (wanted.size === 0) {
      log('info', 'Every movie with a TMDB id has a poster: there is nothing to fetch.')
      return
    }
    const cache = PosterCache.open(options.cacheFolder)
    const store = (budgetMs: number | null): Promise<number> =>
      storeFetched({ target, movies, wanted, cache, signal, budgetMs, limitBytes: options.limitBytes })
    try {
      const counts = await fetchAll(options, wanted, cache)
      options.onProgress({ phase: 'Storing posters', fraction: null, eta: null })
      const stored = await store(null)
      log('info', `Posters of ${stored} movies fetched; TMDB has none of ${counts.none}, ${counts.failed} could not be had.`) // prettier-ignore
      if (counts.failed === 0) cache.discard() // what could not be had is asked for again; the rest of the answers is kept for then
    } catch (error) {
      await storeWhatIsThere(store, signal.aborted ? cancelBudgetMs : null, log)
      throw error
    } finally {
      cache.close()
    }
  } catch (error) {
    throw asImportError(error, options.datasetPath, target)
  }
}

/** Most rated first: what people look at, and what models learn most about. @throws ImportError when there are no TMDB ids at all */
function missingPosters(datasetPath: string, target: string): { wanted: WantedMovies; movies: number } {
  const dataset = DatasetFile.open(datasetPath)
  const posters = existsSync(target) ? PosterFile.open(target) : null
  try {
    const { movieId, tmdbId, title, ratings } = dataset.movies()
    if (!tmdbId.some((id) => id > 0))
      throw new ImportError(
        'The data set has no TMDB ids: it came without links.csv. Import it with its links.csv, or add posters from a folder.',
      )
    const missing = [...movieId.keys()].filter((m) => (tmdbId[m] ?? 0) > 0 && !posters?.has(movieId[m] ?? 0))
    missing.sort((a, b) => (ratings[b] ?? 0) - (ratings[a] ?? 0) || a - b)
    const wanted = new Map<number, { movieIds: number[]; title: string }>()
    for (const m of missing) {
      const [tmdb, id] = [tmdbId[m] ?? 0, movieId[m] ?? 0]
      const same = wanted.get(tmdb)
      if (same) same.movieIds.push(id)
      else wanted.set(tmdb, { movieIds: [id], title: title[m] ?? '' })
    }
    return { wanted, movies: movieId.length }
  } finally {
    posters?.close()
    dataset.close()
  }
}

interface Counts {
  none: number
  failed: number
}

async function fetchAll(options: FetchOptions, wanted: WantedMovies, cache: PosterCache): Promise<Counts> {
  const { signal, log, patience = {} } = options
  const stop = new AbortController() // one worker's failure ends the others
  const either = AbortSignal.any([signal, stop.signal])
  const client = new TmdbClient({ ...options, ...patience, pace: new Pace(patience.perSecond), signal: either })
  const answers = cache.answers()
  const open = [...wanted.keys()].filter((id) => !answers.has(id))
  const counts: Counts = { none: [...wanted.keys()].filter((id) => answers.get(id) === false).length, failed: 0 }
  if (open.length < wanted.size)
    log('info', `${wanted.size - open.length} answers of an earlier fetch are here already.`)
  const failures: unknown[] = []
  const begun = performance.now()
  const waiting = open.values()
  let done = 0
  let inRow = 0
  const work = async (): Promise<void> => {
    try {
      for (const id of waiting) {
        const reason = await fetchOne(client, id, cache, counts)
        if (reason === null) inRow = 0
        else {
          counts.failed++
          log('warning', `${wanted.get(id)?.title ?? ''} (TMDB ${id}): ${reason}.`)
          if (++inRow >= failuresInRow) throw givenUp(reason)
        }
        done++
        const eta = ((performance.now() - begun) / 1000 / done) * (open.length - done)
        options.onProgress({ phase: 'Fetching posters', fraction: 1 - (open.length - done) / wanted.size, eta })
      }
    } catch (error) {
      failures.push(error)
      stop.abort()
    }
  }
  await abortable(Promise.all(Array.from({ length: inFlight }, work)), signal)
  if (failures.length > 0) throw failures[0]
  return counts
}

/** @returns why there is no answer, or null when there is one */
async function fetchOne(client: TmdbClient, id: number, cache: PosterCache, counts: Counts): Promise<string | null> {
  const answer = await client.poster(id)
  if (answer.kind === 'failed') return answer.reason
  if (answer.kind === 'none') {
    cache.put(id, null)
    counts.none++
    return null
  }
  const image = await shrinkImage(answer.bytes)
  if (image.jpeg === null) return [`the poster it sent cannot be used: ${image.reason}`, image.detail].filter(Boolean).join(', ') // prettier-ignore
  cache.put(id, image.jpeg)
  return null
}

function givenUp(reason: string): ImportError {
  return new ImportError(
    `Fetching posters was stopped: ${failuresInRow} movies in a row could not be had, the last because ${reason}. What was fetched is kept. Check the network and fetch again later; it goes on where it stopped.`,
  )
}

/** After a failure or a cancel. That it cannot be done now is only said: the cache has everything. */
async function storeWhatIsThere(
  store: (budgetMs: number | null) => Promise<number>,
  budgetMs: number | null,
  log: FetchOptions['log'],
): Promise<void> {
  try {
    const stored = await store(budgetMs)
    if (stored > 0) log('info', `Posters of ${stored} movies were fetched until then and are in the data set.`)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    log('warning', `The posters fetched so far stay in the cache until the next fetch: ${why}`)
  }
}
