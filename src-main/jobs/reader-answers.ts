/** The reader's answers as schemas: what comes over the process boundary is parsed, as everything is that does. */
import * as v from 'valibot'
import type {
  CleaningReport,
  CleaningStep,
  CountBin,
  DatasetFacts,
  DatasetHistory,
  DatasetUser,
  DomainCounts,
  DomainPreset,
  DomainSummary,
  HistoryEntry,
  Movie,
  SplitSummary,
  UserInspection,
  UserSummary,
} from '../../src-preload/contract.ts'
import { domainSpec, protocolCard, type SchemaOf } from '../workspace/schemas.ts'
import type { QuestionName, Questions } from './reader-questions.ts'

const size = { users: v.number(), movies: v.number(), ratings: v.number() }
const step: SchemaOf<SplitSummary['steps'][number]> = v.strictObject({ label: v.string(), ...size })
const cleaningStep: SchemaOf<CleaningStep> = v.strictObject({ label: v.string(), reason: v.string(), ...size })

const movie: SchemaOf<Movie> = v.strictObject({
  movieId: v.number(),
  title: v.string(),
  year: v.nullable(v.number()),
  genres: v.array(v.string()),
  ratings: v.number(),
  meanRating: v.nullable(v.number()),
  hasPoster: v.boolean(),
  plot: v.nullable(v.string()),
})

const report: SchemaOf<CleaningReport> = v.strictObject({
  rowsRead: v.number(),
  rowsKept: v.number(),
  findings: v.array(
    v.strictObject({
      file: v.string(),
      reason: v.string(),
      count: v.number(),
      treatment: v.picklist(['removed', 'repaired', 'kept']),
      examples: v.array(v.strictObject({ line: v.number(), text: v.string() })),
    }),
  ),
  genres: v.array(v.strictObject({ name: v.string(), movies: v.number() })),
  ratingHistogram: v.array(v.strictObject({ rating: v.number(), count: v.number() })),
})

const bins: SchemaOf<CountBin[]> = v.array(v.strictObject({ from: v.number(), to: v.number(), count: v.number() }))
const middle = v.strictObject({ least: v.number(), median: v.number(), most: v.number() })
const facts: SchemaOf<DatasetFacts> = v.strictObject({
  ratingsPerUser: bins,
  ratingsPerMovie: bins,
  user: middle,
  movie: middle,
  meanRating: v.number(),
  density: v.number(),
  overTime: v.strictObject({
    step: v.picklist(['month', 'year']),
    from: v.array(v.number()),
    ratings: v.array(v.number()),
  }),
  genres: v.array(v.strictObject({ name: v.string(), movies: v.number(), ratings: v.number() })),
  stars: v.array(v.strictObject({ rating: v.number(), count: v.number() })),
  coverage: v.array(
    v.strictObject({ movies: v.number(), ratings: v.number(), posters: v.number(), plots: v.number() }),
  ),
})

const userEntries = {
  user: v.number(),
  ratings: v.number(),
  meanRating: v.number(),
  firstRatingAt: v.number(),
  lastRatingAt: v.number(),
}
const user: SchemaOf<DatasetUser> = v.strictObject(userEntries)
const history: SchemaOf<DatasetHistory> = v.strictObject({
  ...userEntries,
  entries: v.array(v.strictObject({ movie, rating: v.number(), ratedAt: v.number() })),
})

const domain: SchemaOf<DomainCounts> = v.strictObject(size)
const domainSummary: SchemaOf<DomainSummary> = v.strictObject({
  a: domain,
  b: v.nullable(domain),
  sharedUsers: v.number(),
  outside: v.number(),
  ties: v.number(),
})
const preset: SchemaOf<DomainPreset> = v.strictObject({
  id: v.string(),
  label: v.string(),
  help: v.string(),
  spec: domainSpec,
})

const summary: SchemaOf<SplitSummary> = v.strictObject({
  steps: v.array(step),
  train: v.number(),
  validation: v.number(),
  test: v.number(),
  testUsers: v.strictObject({ A: v.number(), B: v.number() }),
  card: protocolCard,
})
const userSummary: SchemaOf<UserSummary> = v.strictObject({
  user: v.number(),
  ratingsA: v.number(),
  ratingsB: v.number(),
  testA: v.number(),
  testB: v.number(),
})
const entry: SchemaOf<HistoryEntry> = v.strictObject({
  movie,
  rating: v.number(),
  ratedAt: v.number(),
  part: v.picklist(['train', 'validation', 'test']),
})
const byDomain = v.strictObject({ A: v.array(entry), B: v.array(entry) })
const inspection: SchemaOf<UserInspection> = v.strictObject({
  user: v.number(),
  history: byDomain,
  heldOut: byDomain,
  lists: v.array(
    v.strictObject({
      runId: v.string(),
      label: v.string(),
      seed: v.number(),
      domain: v.picklist(['A', 'B']),
      items: v.array(v.strictObject({ movie, score: v.number(), hit: v.boolean() })),
      ndcg: v.nullable(v.number()),
    }),
  ),
})

export const answerSchemas: { [N in QuestionName]: SchemaOf<Questions[N]['answer']> } = {
  'datasets.report': report,
  'datasets.facts': facts,
  'datasets.users': v.strictObject({ total: v.number(), users: v.array(user) }),
  'datasets.history': history,
  'datasets.movies': v.strictObject({ total: v.number(), movies: v.array(movie) }),
  'datasets.cleanPreview': v.array(cleaningStep),
  'domains.suggest': domainSpec,
  'domains.presets': v.array(preset),
  'domains.preview': domainSummary,
  'domains.readLists': domainSpec,
  'split.preview': summary,
  'split.check': v.strictObject({ summary, users: v.number(), items: v.number(), events: v.number() }),
  'split.users': v.array(userSummary),
  'split.user': inspection,
  forget: v.null(),
}
