/**
 * What the reader may be asked: names, arguments and answers, with a schema of each argument. The reader is a resident job (task 'read') that
 * holds the data sets in use, so that no shell ever waits for their columns. Answers are parsed with reader-answers.ts.
 */
import * as v from 'valibot'
import type {
  Argument,
  DomainSpec,
  ProtocolSpec,
  Result,
  SplitSummary,
  UserInspection,
  UserSummary,
} from '../../src-preload/contract.ts'
import { cleaningRecipe, domainSpec, id, protocolSpec, type SchemaOf } from '../workspace/schemas.ts'

/** A split is named by everything that makes it. `name`: what the data set is called, for the protocol card. */
export interface SplitQuestion {
  datasetId: string
  name: string
  domains: DomainSpec
  protocol: ProtocolSpec
}

/** A split that was made, and holds no leak. */
export interface CheckedSplit {
  summary: SplitSummary
  users: number
  items: number
  /** Training events. */
  events: number
}

/** A run whose stored lists are looked at. */
export interface InspectedRun {
  runId: string
  label: string
  seed: number
}

export type UserOrder = NonNullable<Argument<'inspect.users'>['order']>

/** Requests of the contract that the reader answers as they are. */
type SameAsRequest =
  | `datasets.${'report' | 'facts' | 'users' | 'history' | 'movies' | 'cleanPreview'}`
  | `domains.${'suggest' | 'presets' | 'preview'}`

interface Asks<A, R> {
  argument: A
  answer: R
}

export type Questions = { [N in SameAsRequest]: Asks<Argument<N>, Result<N>> } & {
  /** A CSV of movieId,domain. `path` is absolute, `name` what the lists are called. */
  'domains.readLists': Asks<{ datasetId: string; path: string; name: string }, DomainSpec>
  'split.preview': Asks<SplitQuestion, SplitSummary>
  'split.check': Asks<SplitQuestion, CheckedSplit>
  'split.users': Asks<{ split: SplitQuestion; search: string; limit: number; order: UserOrder }, UserSummary[]>
  'split.user': Asks<{ split: SplitQuestion; runs: InspectedRun[]; user: number; k: number }, UserInspection>
  /** Closes the files of a data set: before they are removed, after they were replaced. */
  forget: Asks<{ datasetId: string }, null>
}
export type QuestionName = keyof Questions

const dataset = { datasetId: id }
const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const page = { offset: count, limit: count }
const split: SchemaOf<SplitQuestion> = v.strictObject({
  ...dataset,
  name: v.string(),
  domains: domainSpec,
  protocol: protocolSpec,
})
const order: SchemaOf<UserOrder> = v.picklist(['user', 'ratings', 'ratingsA', 'ratingsB', 'test'])
const run: SchemaOf<InspectedRun> = v.strictObject({ runId: id, label: v.string(), seed: v.number() })

export const questionSchemas: { [N in QuestionName]: SchemaOf<Questions[N]['argument']> } = {
  'datasets.report': v.strictObject(dataset),
  'datasets.facts': v.strictObject(dataset),
  'datasets.users': v.strictObject({ ...dataset, search: v.string(), sort: v.picklist(['id', 'ratings']), ...page }),
  'datasets.history': v.strictObject({ ...dataset, user: count, ...page }),
  'datasets.movies': v.strictObject({ ...dataset, search: v.string(), ...page }),
  'datasets.cleanPreview': v.strictObject({ ...dataset, recipe: cleaningRecipe }),
  'domains.suggest': v.strictObject(dataset),
  'domains.presets': v.strictObject(dataset),
  'domains.preview': v.strictObject({ ...dataset, domains: domainSpec }),
  'domains.readLists': v.strictObject({ ...dataset, path: v.string(), name: v.string() }),
  'split.preview': split,
  'split.check': split,
  'split.users': v.strictObject({ split, search: v.string(), limit: count, order }),
  'split.user': v.strictObject({ split, runs: v.array(run), user: count, k: count }),
  forget: v.strictObject(dataset),
}

export function isQuestion(name: string): name is QuestionName {
  return Object.hasOwn(questionSchemas, name)
}
