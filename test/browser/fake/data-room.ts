/** What the Data and Domains screens ask for beside the catalogue: facts, users, histories, cleaning, maps. Made by rule. */
import type {
  CleaningRecipe,
  CleaningStep,
  Dataset,
  DatasetFacts,
  DatasetHistory,
  DatasetUser,
  DiskUse,
  DomainPreset,
  Movie,
  TablePreview,
} from '@contract'
import { report } from './catalogue.ts'

export function makeFacts(dataset: Dataset): DatasetFacts {
  const bins = (total: number, shape: number[]) => {
    const sum = shape.reduce((a, b) => a + b, 0)
    return shape.map((part, i) => ({
      from: i === 0 ? 1 : 2 ** (i - 1) + 1,
      to: 2 ** i,
      count: Math.round((total * part) / sum),
    }))
  }
  const months = Array.from({ length: 240 }, (_, m) => Date.UTC(1996, 3 + m, 1))
  return {
    ratingsPerUser: bins(dataset.users, [0, 0, 0, 0, 0, 98, 172, 149, 91, 60, 31, 9]),
    ratingsPerMovie: bins(dataset.movies, [3446, 1298, 1300, 1240, 960, 730, 470, 210, 80, 8]),
    user: { least: 20, median: 71, most: 2698 },
    movie: { least: 0, median: 3, most: 329 },
    meanRating: 3.5016,
    density: dataset.ratings / (dataset.users * dataset.movies),
    overTime: { step: 'month', from: months, ratings: months.map((_, m) => Math.round(300 + 250 * Math.sin(m / 9))) },
    genres: report.genres.map(({ name, movies }) => ({ name, movies, ratings: movies * 11 })),
    stars: report.ratingHistogram,
    coverage: Array.from({ length: 10 }, (_, g) => ({
      movies: Math.round(dataset.movies / 10),
      ratings: Math.round(dataset.ratings / 2 ** (g + 1)),
      posters: Math.round((dataset.posters / 10) * (1.04 - g * 0.008)),
      plots: Math.round((dataset.plots / 10) * (1.01 - g * 0.002)),
    })),
  }
}

export function makeDatasetUsers(dataset: Dataset, search: string, sort: 'id' | 'ratings'): DatasetUser[] {
  const users = Array.from({ length: dataset.users }, (_, u) => ({
    user: u + 1,
    ratings: 20 + ((u * 7919) % 1200),
    meanRating: 3 + ((u * 31) % 20) / 10,
    firstRatingAt: dataset.firstRatingAt + u * 1e9,
    lastRatingAt: dataset.firstRatingAt + u * 1e9 + 3e10,
  })).filter(({ user }) => String(user).startsWith(search))
  return sort === 'ratings' ? users.sort((a, b) => b.ratings - a.ratings || a.user - b.user) : users
}

export function makeHistory(
  user: DatasetUser,
  movies: readonly Movie[],
  offset: number,
  limit: number,
): DatasetHistory {
  const entries = Array.from({ length: Math.max(0, Math.min(limit, user.ratings - offset)) }, (_, i) => ({
    movie: movies[(user.user * 13 + (offset + i) * 17) % movies.length]!,
    rating: 0.5 + ((user.user + offset + i) % 10) / 2,
    ratedAt: user.lastRatingAt - (offset + i) * 864e5,
  }))
  return { ...user, entries }
}

export function makeCleaningSteps(dataset: Dataset, recipe: CleaningRecipe): CleaningStep[] {
  const steps: CleaningStep[] = []
  const left = { users: dataset.users, movies: dataset.movies, ratings: dataset.ratings }
  const step = (label: string, reason: string, share: number): void => {
    left.users = Math.round(left.users * share)
    left.movies = Math.round(left.movies * share)
    left.ratings = Math.round(left.ratings * share)
    steps.push({ label, reason, ...left })
  }
  step('Data set', 'as it is', 1)
  if (recipe.impossibleTimes === 'remove') step('Impossible times', 'a rating cannot be older than MovieLens', 0.999)
  if (recipe.orphans === 'remove') step('Orphan movies', 'nothing is known of them but ratings', 0.998)
  if (recipe.burst) step('Burst raters', 'nobody watches so much in a day', 0.97)
  if (recipe.constant) step('Constant raters', 'equal ratings say nothing', 0.99)
  if (recipe.kCore > 0) step(`${recipe.kCore}-core`, 'too few ratings to learn from or to judge by', 0.6)
  return steps
}

export const presets: DomainPreset[] = [
  {
    id: 'default',
    label: 'Action and thriller against comedy and drama',
    help: 'All genres, about equal sizes.',
    spec: {
      kind: 'genres',
      a: ['Action', 'Adventure', 'Thriller', 'Crime'],
      b: ['Comedy', 'Romance', 'Drama'],
      ties: 'rarer-genre',
    },
  },
  {
    id: 'horror-comedy',
    label: 'Horror against comedy',
    help: 'Two clear tastes.',
    spec: { kind: 'genres', a: ['Horror'], b: ['Comedy'], ties: 'drop' },
  },
]

export function makeDiskUse(datasets: readonly Dataset[]): DiskUse {
  const parts = [
    ...datasets.map(({ id, name, bytes }) => ({ label: name, bytes, datasetId: id })),
    { label: 'Feature tables', bytes: 18_400_000, datasetId: null },
    { label: 'Runs', bytes: 42_100_000, datasetId: null },
  ]
  return {
    root: '/home/ada/Crossreel',
    bytes: parts.reduce((sum, part) => sum + part.bytes, 0),
    freeBytes: 81_200_000_000,
    parts,
  }
}

export const tablePreview: TablePreview = {
  file: 'books.csv',
  suggested: {
    separator: ',',
    header: true,
    columns: ['user', 'item', 'rating', 'timestamp', 'ignored'],
    highest: 10,
  },
  names: ['reader', 'book', 'score', 'when', 'city'],
  rows: Array.from({ length: 12 }, (_, r) => [
    String(276_725 + r),
    `b-${1000 + r * 7}`,
    String((r * 3) % 11),
    `2004-0${1 + (r % 9)}-12`,
    'Turin',
  ]),
}
