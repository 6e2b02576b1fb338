/**
 * Schemas of the contract's values that are stored as JSON or cross a process boundary. Whoever reads such a value from outside (a request's
 * argument, a column of workspace.db, a message between processes) parses it with these, and nowhere is the same shape described twice.
 */
import * as v from 'valibot'
import type {
  BackendInfo,
  CleaningRecipe,
  DomainSpec,
  ExperimentSpec,
  MediaKey,
  ModelConfig,
  ProtocolCard,
  ProtocolSpec,
  RunSpec,
  Series,
  Settings,
  StudySpec,
  TableMapping,
} from '../../src-preload/contract.ts'

export type SchemaOf<T> = v.GenericSchema<unknown, T>

const name = v.pipe(
  v.string(),
  v.trim(),
  v.minLength(1, 'it is empty'),
  v.maxLength(200, 'it is longer than 200 letters'),
)
/** Ids are made by `newId`; nothing else may name a file. */
export const id: SchemaOf<string> = v.pipe(v.string(), v.regex(/^[a-z]{2,4}-[0-9a-z]{10,24}$/, 'it is not an id'))
export const text: SchemaOf<string> = name
/** Names or ids in a column. */
export const names: SchemaOf<string[]> = v.array(v.string())
const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const seed = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffffffff))
const fraction = v.pipe(v.number(), v.minValue(0), v.maxValue(1))
const share = v.pipe(v.number(), v.minValue(0.01, 'it is less than 1 %'), v.maxValue(1))

const movieId = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffffffff))
export const domainSpec: SchemaOf<DomainSpec> = v.variant('kind', [
  v.strictObject({ kind: v.literal('single') }),
  v.strictObject({
    kind: v.literal('genres'),
    a: v.array(name),
    b: v.array(name),
    ties: v.picklist(['rarer-genre', 'drop']),
  }),
  v.strictObject({ kind: v.literal('lists'), name, a: v.array(movieId), b: v.array(movieId) }),
  v.strictObject({ kind: v.literal('catalogues') }),
])

export const protocolSpec: SchemaOf<ProtocolSpec> = v.strictObject({
  split: v.picklist([
    'user-time',
    'user-ratio',
    'leave-last-one',
    'global-time',
    'strong-generalisation',
    'cold-target',
  ]),
  ratios: v.pipe(
    v.tuple([fraction, fraction, fraction]),
    v.check((r) => Math.abs(r[0] + r[1] + r[2] - 1) < 1e-9, 'train, validation and test parts do not sum to 1'),
  ),
  positive: v.pipe(v.number(), v.minValue(0), v.maxValue(5)),
  kCore: v.pipe(count, v.maxValue(1000)),
  historyAtTest: v.picklist(['train', 'train+validation']),
  cutoffs: v.pipe(
    v.array(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000))),
    v.minLength(1, 'there is no cut-off'),
    v.maxLength(10, 'there are more than 10 cut-offs'),
    v.check((all) => new Set(all).size === all.length, 'a cut-off is there twice'),
  ),
  splitSeed: seed,
  // absent in what was stored before there were such settings
  foldIn: v.optional(v.pipe(v.number(), v.minValue(0.1), v.maxValue(0.9)), 0.8),
  candidates: v.optional(
    v.variant('kind', [
      v.strictObject({ kind: v.literal('all') }),
      v.strictObject({ kind: v.literal('sampled'), negatives: v.pipe(count, v.minValue(1), v.maxValue(100_000)) }),
    ]),
    { kind: 'all' },
  ),
  overlap: v.optional(fraction, 1),
  density: v.optional(v.strictObject({ A: share, B: share }), { A: 1, B: 1 }),
})

export const cleaningRecipe: SchemaOf<CleaningRecipe> = v.strictObject({
  impossibleTimes: v.picklist(['keep', 'remove']),
  orphans: v.picklist(['keep', 'remove']),
  burst: v.nullable(v.strictObject({ perDay: v.pipe(count, v.minValue(1)) })),
  constant: v.nullable(v.strictObject({ atLeast: v.pipe(count, v.minValue(2)) })),
  kCore: v.pipe(count, v.maxValue(1000)),
  standardise: v.picklist(['none', 'user', 'global']),
})
export const tableMapping: SchemaOf<TableMapping> = v.strictObject({
  separator: v.picklist([',', '\t', ';', '|', '::']),
  header: v.boolean(),
  columns: v.pipe(
    v.array(v.picklist(['user', 'item', 'rating', 'timestamp', 'title', 'genres', 'ignored'])),
    v.minLength(3, 'there are fewer than three columns'),
    v.maxLength(200, 'there are more than 200 columns'),
  ),
  highest: v.pipe(v.number(), v.minValue(0.5), v.maxValue(1e6)),
})
export const mediaKey: SchemaOf<MediaKey> = v.picklist(['auto', 'movieId', 'imdbId', 'tmdbId'])

export const modelConfig: SchemaOf<ModelConfig> = v.record(v.string(), v.union([v.number(), v.boolean(), v.string()]))
export const backendId: SchemaOf<BackendInfo['id']> = v.picklist(['tensorflow', 'webgpu', 'wasm', 'cpu'])
export const backendChoice: SchemaOf<ExperimentSpec['backend']> = v.union([v.literal('auto'), backendId])
export const backendInfo: SchemaOf<BackendInfo> = v.strictObject({
  id: backendId,
  available: v.boolean(),
  device: v.string(),
  reason: v.nullable(v.string()),
  gflops: v.nullable(v.number()),
  samplesPerSecond: v.nullable(v.number()),
  memoryBytes: v.nullable(v.number()),
})

export const runSpec: SchemaOf<RunSpec> = v.strictObject({ model: name, label: name, config: modelConfig })
const runs = v.pipe(
  v.array(runSpec),
  v.minLength(1, 'there is no model'),
  v.maxLength(100, 'there are more than 100 models'),
)
const seeds = v.pipe(
  v.array(seed),
  v.minLength(1, 'there is no seed'),
  v.maxLength(50, 'there are more than 50 seeds'),
  v.check((all) => new Set(all).size === all.length, 'a seed is there twice'),
)
export const experimentSpec: SchemaOf<ExperimentSpec> = v.strictObject({
  name,
  kind: v.picklist(['comparison', 'ablation', 'tuning']),
  datasetId: id,
  domains: domainSpec,
  protocol: protocolSpec,
  runs,
  seeds,
  backend: backendChoice,
})

export const studySpec: SchemaOf<StudySpec> = v.strictObject({
  name,
  kind: v.picklist(['table1', 'table2', 'tuning']),
  datasetId: id,
  domains: domainSpec,
  protocol: protocolSpec,
  runs,
  seeds,
  backend: backendChoice,
  tuning: v.nullable(
    v.strictObject({
      method: v.picklist(['random', 'tpe']),
      trials: v.pipe(count, v.minValue(1), v.maxValue(1000)),
      minutes: v.pipe(v.number(), v.minValue(0), v.maxValue(100_000)),
      medianStopping: v.boolean(),
      seed,
    }),
  ),
  densities: v.pipe(
    v.array(share),
    v.minLength(1, 'there is no density'),
    v.maxLength(10, 'there are more than 10 densities'),
    v.check((all) => new Set(all).size === all.length, 'a density is there twice'),
  ),
})

export const protocolCard: SchemaOf<ProtocolCard> = v.strictObject({
  hash: v.string(),
  rows: v.array(v.strictObject({ key: v.string(), label: v.string(), value: v.string() })),
})

const parallelRuns = v.pipe(count, v.maxValue(64))
const theme = v.picklist(['system', 'light', 'dark'])
export const settings: SchemaOf<Settings> = v.strictObject({
  theme,
  lastDatasetId: v.nullable(id),
  lastExperimentId: v.nullable(id),
  backend: backendChoice,
  parallelRuns,
})
export const partialSettings: SchemaOf<Partial<Settings>> = v.strictObject({
  theme: v.exactOptional(theme),
  lastDatasetId: v.exactOptional(v.nullable(id)),
  lastExperimentId: v.exactOptional(v.nullable(id)),
  backend: v.exactOptional(backendChoice),
  parallelRuns: v.exactOptional(parallelRuns),
})

export const seriesNames = ['loss', 'learningRate', 'validation', 'samplesPerSecond'] as const
export const seriesName: SchemaOf<Series['name']> = v.picklist(seriesNames)
export const series: SchemaOf<Series> = v.strictObject({
  name: seriesName,
  x: v.array(v.number()),
  y: v.array(v.number()),
})

/** What the first issue says and where, for a sentence: "protocol.positive: expected <=5 but received 11". */
export function issueText(issues: readonly v.BaseIssue<unknown>[]): string {
  const [first] = issues
  if (!first) return 'it is not valid'
  const place = v.getDotPath(first)
  const unknown = first.expected === 'never'
  const absent = first.received === 'undefined'
  const what = unknown
    ? 'there is no such field'
    : absent
      ? 'it is missing'
      : first.message.replace(/^Invalid \w+: E/, 'e')
  return place ? `${place}: ${what}` : what
}

/**
 * Parses a JSON text of the workspace.
 * @param place names it in the error
 * @throws Error when the text is no JSON or of another shape
 */
export function parseJson<T>(schema: SchemaOf<T>, json: string, place: string): T {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    throw new Error(
      `${place} is not readable: it is no JSON. The workspace was changed from outside; restore it from a copy.`,
    )
  }
  const result = v.safeParse(schema, value)
  if (result.success) return result.output
  throw new Error(
    `${place} is not readable: ${issueText(result.issues)}. It was written by another version of Crossreel or changed from outside.`,
  )
}
