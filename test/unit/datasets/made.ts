/** Data sets made in memory, rating by rating, for what is done to data sets after their import. */
import type { ParentDataset } from '../../../src-main/datasets/cleaning/cleaned-version.ts'
import type { DatasetContent, GenomeScores, MovieColumns } from '../../../src-main/workspace/dataset-content.ts'

export interface Rated {
  user: number
  movie: number
  rating2: number
  time: number
}
export interface Tagged {
  /** A user id; one that rated nothing is a stranger. */
  user: number
  movie: number
  time: number
  text: string
}
export interface Made {
  id?: string
  name?: string
  importedAt?: number
  ratings: Rated[]
  /** Movie id -> title and genres; movies that only the ratings know get a placeholder. */
  movies?: Record<number, { title: string; genres?: string[]; year?: number }>
  tags?: Tagged[]
  genome?: { tags: string[]; scores: Record<number, number[]> }
}

export const day = 86_400
/** 2000-01-01, in seconds. */
export const someDay = 946_684_800

const noUser = 0xffffffff

export function contentOf(made: Made): DatasetContent {
  const listed = made.movies ?? {}
  const genreNames = [...new Set(Object.values(listed).flatMap(({ genres = [] }) => genres))].sort()
  const ids = ascending([...Object.keys(listed).map(Number), ...made.ratings.map(({ movie }) => movie)])
  const users = ascending(made.ratings.map(({ user }) => user))
  const index = (all: Uint32Array, id: number): number => all.indexOf(id)
  const movies: MovieColumns = {
    movieId: ids,
    title: Array.from(ids, (id) => listed[id]?.title ?? `Movie ${id}`),
    year: Int16Array.from(ids, (id) => (listed[id] ? (listed[id].year ?? 1990) : 0)),
    genres: Uint32Array.from(ids, (id) =>
      (listed[id]?.genres ?? []).reduce((mask, name) => mask | (1 << genreNames.indexOf(name)), 0),
    ),
    genreNames,
    imdbId: Array.from(ids, (id) => `tt${id}`),
    tmdbId: Uint32Array.from(ids, (id) => id * 2),
    catalogue: null,
  }
  const sorted = made.ratings.toSorted((a, b) => a.user - b.user || a.movie - b.movie)
  const indptr = new Uint32Array(users.length + 1)
  for (const { user } of sorted) indptr[index(users, user) + 1]!++
  for (let u = 0; u < users.length; u++) indptr[u + 1]! += indptr[u]!
  const tags = (made.tags ?? []).toSorted((a, b) => a.user - b.user || a.movie - b.movie || a.time - b.time)
  return {
    description: {
      id: made.id ?? 'ds-000000000000made',
      name: made.name ?? 'Made',
      synthetic: false,
      format: 'made in a test',
      importedAt: made.importedAt ?? Date.UTC(2020, 0, 1),
      rowsRead: sorted.length,
      parents: [],
      recipe: '',
    },
    movies,
    users,
    ratings: {
      indptr,
      item: Uint32Array.from(sorted, ({ movie }) => index(ids, movie)),
      rating2: Uint8Array.from(sorted, ({ rating2 }) => rating2),
      time: Uint32Array.from(sorted, ({ time }) => time),
    },
    tags: {
      user: Uint32Array.from(tags, ({ user }) => (users.includes(user) ? index(users, user) : noUser)),
      item: Uint32Array.from(tags, ({ movie }) => index(ids, movie)),
      time: Uint32Array.from(tags, ({ time }) => time),
      text: tags.map(({ text }) => text),
    },
    genome: genomeOf(made, ids),
    findings: [],
  }
}

function genomeOf({ genome }: Made, ids: Uint32Array): GenomeScores | null {
  if (!genome) return null
  const scored = ascending(Object.keys(genome.scores).map(Number))
  return {
    tags: genome.tags,
    movie: scored.map((id) => ids.indexOf(id)),
    scores: Float32Array.from([...scored].flatMap((id) => genome.scores[id] ?? [])),
  }
}

function ascending(ids: number[]): Uint32Array {
  return Uint32Array.from(new Set(ids)).sort()
}

/** As a data-set file would show it. Its hash is its JSON: equal contents, equal hashes. */
export function datasetOf(content: DatasetContent): ParentDataset {
  const { description, movies, users, ratings, tags, genome } = content
  const count = new Uint32Array(movies.movieId.length)
  const sum2 = new Uint32Array(movies.movieId.length)
  ratings.item.forEach((m, r) => {
    count[m]!++
    sum2[m]! += ratings.rating2[r]!
  })
  const { id, name, synthetic, format, importedAt, parents, recipe } = description
  return {
    meta: {
      ...{ id, name, synthetic, format, importedAt, parents, recipe },
      users: users.length,
      movies: movies.movieId.length,
      ratings: ratings.item.length,
      tags: tags.text.length,
      firstRatingAt: 0,
      lastRatingAt: 0,
      posters: 0,
      plots: 0,
      vectors: [],
      bytes: 0,
      hash: JSON.stringify([movies, users, ratings, tags]),
      notes: '',
      catalogues: content.catalogues ?? [],
      standardised: content.standardised?.kind ?? 'none',
      genome: genome?.movie.length ?? 0,
    },
    users,
    movies: () => ({ ...movies, ratings: count, ratingSum2: sum2 }),
    ratings: () => ratings,
    tags: () => tags,
    genome: () => genome ?? null,
  }
}

export function made(what: Made): ParentDataset {
  return datasetOf(contentOf(what))
}

/** The ratings of a content as rows again, by user and movie. */
export function rowsOf({ users, movies, ratings }: Pick<DatasetContent, 'users' | 'movies' | 'ratings'>): Rated[] {
  const rows: Rated[] = []
  users.forEach((user, u) => {
    for (let r = ratings.indptr[u]!; r < ratings.indptr[u + 1]!; r++)
      rows.push({
        user,
        movie: movies.movieId[ratings.item[r]!]!,
        rating2: ratings.rating2[r]!,
        time: ratings.time[r]!,
      })
  })
  return rows
}

/** The tags of a content as rows again; a stranger's user is null. */
export function tagRowsOf({ users, movies, tags }: Pick<DatasetContent, 'users' | 'movies' | 'tags'>): {
  user: number | null
  movie: number
  time: number
  text: string
}[] {
  return tags.text.map((text, t) => ({
    user: tags.user[t] === noUser ? null : users[tags.user[t]!]!,
    movie: movies.movieId[tags.item[t]!]!,
    time: tags.time[t]!,
    text,
  }))
}
