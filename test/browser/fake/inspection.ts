/** One user's history, held-out items and lists. */
import type {
  DomainName,
  Experiment,
  HistoryEntry,
  Movie,
  Recommendation,
  UserInspection,
  UserSummary,
} from '@contract'
import { domains } from './experiments.ts'

export function makeUsers(search: string, limit: number): UserSummary[] {
  return Array.from({ length: 610 }, (_, i) => ({
    user: i + 1,
    ratingsA: 12 + ((i * 53) % 240),
    ratingsB: 9 + ((i * 71) % 310),
    testA: 1 + ((i * 5) % 14),
    testB: 1 + ((i * 3) % 17),
  }))
    .filter((row) => String(row.user).startsWith(search.trim()))
    .slice(0, limit)
}

function domainOf(movie: Movie): DomainName {
  const a = domains.kind === 'genres' ? domains.a : movie.genres
  const inA = movie.genres.filter((genre) => a.includes(genre)).length
  return inA * 2 >= movie.genres.length ? 'A' : 'B'
}

export function makeInspection(
  experiment: Experiment,
  movies: readonly Movie[],
  runIds: readonly string[],
  user: number,
  k: number,
): UserInspection {
  const of = (domain: DomainName): Movie[] => movies.filter((movie) => domainOf(movie) === domain)
  const entries = (domain: DomainName, from: number, n: number, part: HistoryEntry['part']): HistoryEntry[] =>
    of(domain)
      .slice(from, from + n)
      .map((movie, i) => ({
        movie,
        rating: 3 + ((movie.movieId + user) % 5) / 2,
        ratedAt: Date.UTC(2014, i % 12, 1 + ((i * 7) % 27)),
        part,
      }))
  const heldOut = { A: entries('A', 26, 6, 'test'), B: entries('B', 26, 5, 'test') }
  const lists = experiment.runs
    .filter((run) => runIds.includes(run.id))
    .flatMap((run, r) =>
      (['A', 'B'] as const).map((domain) => {
        const items = of(domain)
          .slice(22 + r, 22 + r + k)
          .map((movie, i): Recommendation => ({
            movie,
            score: 6.2 - i * 0.31 - r * 0.1,
            hit: heldOut[domain].some((entry) => entry.movie.movieId === movie.movieId),
          }))
        return {
          runId: run.id,
          label: run.label,
          seed: run.seed,
          domain,
          items,
          ndcg: items.some((item) => item.hit) ? 0.41 - r * 0.05 : 0,
        }
      }),
    )
  return {
    user,
    history: {
      A: [...entries('A', 0, 22, 'train'), ...entries('A', 22, 4, 'validation')],
      B: [...entries('B', 0, 22, 'train'), ...entries('B', 22, 4, 'validation')],
    },
    heldOut,
    lists,
  }
}
