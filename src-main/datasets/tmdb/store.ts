/** Puts fetched posters into the data set's poster file, beside those it has, and says in the report what TMDB had none of. */
import { existsSync } from 'node:fs'
import { setImmediate as breathe } from 'node:timers/promises'
import type { CleaningFinding } from '../../../src-preload/contract.ts'
import type { PosterCache } from '../../workspace/poster-cache.ts'
import { createPosterFile } from '../../workspace/poster-file.ts'
import type { Turns } from '../../workspace/staged-database.ts'
import { Findings } from '../importing/findings.ts'
import type { WantedMovies } from './fetch.ts'

export interface StoreFetched {
  target: string
  /** Movies of the data set. */
  movies: number
  wanted: WantedMovies
  cache: PosterCache
  signal: AbortSignal
  /** After a cancel it has only so long, and the signal no longer counts; null: as long as it takes, until the signal fires. */
  budgetMs: number | null
  limitBytes?: number | undefined
}

/** What the report calls this source. */
const source = 'TMDB'
const bytesEach = 12_000

/**
 * The file is replaced whole, or stays as it was.
 * @returns for how many movies a poster was put in
 * @throws DiskFullError; Error when the time is up; the signal's reason
 */
export async function storeFetched(options: StoreFetched): Promise<number> {
  const { target, wanted, cache } = options
  const answers = cache.answers()
  const found = [...wanted].filter(([tmdbId]) => answers.get(tmdbId) === true)
  const none = [...wanted].filter(([tmdbId]) => answers.get(tmdbId) === false)
  if (found.length === 0) return 0
  const turns = turnsWithin(options)
  const stored = found.reduce((sum, [, { movieIds }]) => sum + movieIds.length, 0)
  const findings = new Findings()
  for (const [tmdbId, { title }] of none) findings.add(source, 'TMDB has no poster of it', 'kept', 0, `${title} (TMDB ${tmdbId})`) // prettier-ignore
  const spec = {
    target,
    movies: options.movies,
    neededBytes: stored * bytesEach + 100_000,
    limitBytes: options.limitBytes,
    turns,
  }
  await createPosterFile(spec, async (writer) => {
    for (const [tmdbId, { movieIds }] of found) {
      const jpeg = cache.get(tmdbId)
      if (jpeg) for (const movieId of movieIds) writer.put(movieId, jpeg)
      await turns.turn()
    }
    const earlier = existsSync(target) ? await writer.keep(target) : null
    return [...findings.list(), ...(earlier?.findings ?? []).filter((finding) => !isOld(finding)), fetched(stored)]
  })
  return stored
}

function fetched(stored: number): CleaningFinding {
  return { file: source, reason: 'posters fetched', count: stored, treatment: 'kept', examples: [] }
}

/** What an earlier fetch said is said anew. */
function isOld(finding: CleaningFinding): boolean {
  return finding.file === source
}

function turnsWithin({ signal, budgetMs }: StoreFetched): Turns {
  const end = budgetMs === null ? Infinity : performance.now() + budgetMs
  return {
    turn: async () => {
      await breathe()
      if (budgetMs === null) signal.throwIfAborted()
      else if (performance.now() > end) throw new Error('putting them in would have taken too long.')
    },
  }
}
