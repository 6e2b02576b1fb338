/**
 * The contract: every request the page may make, and every event it may see. No imports, no code.
 * Whoever serves it (Electron's main process, the browser host, a test) answers exactly these names;
 * arguments are parsed with the schemas of `src-main/workbench/arguments.ts` at that one door.
 *
 * Ids are strings. Times are milliseconds since 1970 (numbers). Names are the words of docs/words.md.
 */

// ───────────────────────────── data sets ─────────────────────────────

/** A file or folder the user pointed at: main keeps the path, the page holds only this token. */
export interface Picked {
  token: string
  /** Base name, for display. */
  name: string
}
/** 'links': a table that says which users of two data sets are one person. 'lists': movies by domain. 'folder': a place to write to. */
export type PickPurpose = 'dataset' | 'posters' | 'plots' | 'vectors' | 'links' | 'lists' | 'folder' | 'weights'

/** What a picked file or folder turned out to be, before it is imported. */
export interface SourceSummary {
  format: string // 'MovieLens latest-small (CSV)', ...
  files: { name: string; bytes: number }[]
  bytes: number
  suggestedName: string
  /** A table of no known release: which column is which has to be said before it can be imported. Null for MovieLens releases. */
  table: TablePreview | null
}

/** What a column of a rating table means. A table has exactly one user, item and rating column, and at most one of the others. */
export type ColumnRole = 'user' | 'item' | 'rating' | 'timestamp' | 'title' | 'genres' | 'ignored'
export type TableSeparator = ',' | '\t' | ';' | '|' | '::'
/** How a rating table is read. `highest` is the rating that means five stars (5, 10, 100): ratings are scaled to half stars by it. */
export interface TableMapping {
  separator: TableSeparator
  header: boolean
  columns: ColumnRole[]
  highest: number
}
/** The first rows of a table and what its columns seem to mean. */
export interface TablePreview {
  file: string
  suggested: TableMapping
  /** Column names of the header, or 'Column 1', ... */
  names: string[]
  /** At most 20 rows as they stand in the file, without the header. */
  rows: string[][]
}

export interface Dataset {
  id: string
  name: string
  /** True for the generated sample: it is labelled synthetic wherever it appears. */
  synthetic: boolean
  format: string
  importedAt: number
  users: number
  movies: number
  ratings: number
  tags: number
  firstRatingAt: number
  lastRatingAt: number
  /** Movies with a poster / a plot text. */
  posters: number
  plots: number
  /** Further modalities by name: numbers a movie has, and movies that have them. */
  vectors: { name: string; dim: number; movies: number }[]
  /** Disk use of the data set with its posters, plots and vectors. */
  bytes: number
  /** SHA-256 over the cleaned contents: same data, same hash. */
  hash: string
  /** What the researcher wrote about it. */
  notes: string
  /** The data sets it was made from, oldest first, and how, in words; empty for an import. */
  parents: string[]
  recipe: string
  /** The names of the catalogues it holds: two when it combines two data sets, else none. */
  catalogues: string[]
  /** Whether it has a column of standardised ratings, and how they were standardised. */
  standardised: 'none' | 'user' | 'global'
  /** Movies with genome scores. */
  genome: number
}

/** How a cleaned version is made of a data set; null or 0 = this rule is off. Its rules are applied in this order. */
export interface CleaningRecipe {
  /** Ratings dated before 1995 or after the import. */
  impossibleTimes: 'keep' | 'remove'
  /** Movies that only the ratings know, with their ratings. */
  orphans: 'keep' | 'remove'
  /** Users who gave more than `perDay` ratings within 24 hours, with all their ratings. */
  burst: { perDay: number } | null
  /** Users with at least `atLeast` ratings that are all equal, with all their ratings. */
  constant: { atLeast: number } | null
  /** Iterative k-core; 0 = off. */
  kCore: number
  /** z-scores as a derived column: (rating - mean) / deviation of the user, or of all ratings. */
  standardise: 'none' | 'user' | 'global'
}
export interface CleaningStep {
  label: string
  /** Why a researcher would want this rule. */
  reason: string
  users: number
  movies: number
  ratings: number
}

/** A bin of a histogram on a log axis: counts from `from` up to and including `to`. */
export interface CountBin {
  from: number
  to: number
  count: number
}
/** What a data set looks like: everything the Data screen draws. */
export interface DatasetFacts {
  /** Ratings a user gave: how many users in each bin. */
  ratingsPerUser: CountBin[]
  /** Ratings a movie got: how many movies in each bin. */
  ratingsPerMovie: CountBin[]
  user: { least: number; median: number; most: number }
  movie: { least: number; median: number; most: number }
  meanRating: number
  /** Share of all user-movie pairs that are rated. */
  density: number
  /** Equal steps of time: months, or years where that would be more than 240. */
  overTime: { step: 'month' | 'year'; from: number[]; ratings: number[] }
  genres: { name: string; movies: number; ratings: number }[]
  stars: { rating: number; count: number }[]
  /** Movies in ten groups of equal size, the most rated first: how many of each have a poster, a plot. */
  coverage: { movies: number; ratings: number; posters: number; plots: number }[]
}

export interface DatasetUser {
  user: number
  ratings: number
  meanRating: number
  firstRatingAt: number
  lastRatingAt: number
}
/** One user's ratings, the newest first. */
export interface DatasetHistory extends DatasetUser {
  entries: { movie: Movie; rating: number; ratedAt: number }[]
}

/** What the files of a poster folder, or the rows of a plot table, are named by. 'auto' takes what fits the most movies. */
export type MediaKey = 'auto' | 'movieId' | 'imdbId' | 'tmdbId'

/** Where the bytes of the workspace are. */
export interface DiskUse {
  root: string
  bytes: number
  /** Null where the system does not say. */
  freeBytes: number | null
  parts: { label: string; bytes: number; datasetId: string | null }[]
}

/** What cleaning removed or changed, and why; `examples` are the first few places. */
export interface CleaningReport {
  rowsRead: number
  rowsKept: number
  findings: CleaningFinding[]
  genres: { name: string; movies: number }[]
  ratingHistogram: { rating: number; count: number }[]
}
export interface CleaningFinding {
  file: string
  reason: string
  count: number
  treatment: 'removed' | 'repaired' | 'kept'
  examples: { line: number; text: string }[]
}

export interface Movie {
  movieId: number
  title: string
  year: number | null
  genres: string[]
  ratings: number
  meanRating: number | null
  hasPoster: boolean
  plot: string | null
}

// ───────────────────────────── domains, protocol ─────────────────────────────

export type DomainName = 'A' | 'B'

/**
 * Which movies make which domain. `genres`: two disjoint genre sets; a movie goes to the one it shares more genres with; a tie goes to
 * the rarer of its genres, or the movie is dropped. `single`: no genre domains, the whole catalogue is domain A. `lists`: movie ids
 * from a file. `catalogues`: of a data set that combines two, each catalogue is a domain.
 */
export type DomainSpec =
  | { kind: 'single' }
  | { kind: 'genres'; a: string[]; b: string[]; ties: 'rarer-genre' | 'drop' }
  | { kind: 'lists'; name: string; a: number[]; b: number[] }
  | { kind: 'catalogues' }

/** A domain map that was given a name. `hash` names what it says, whatever it is called. */
export interface DomainMap {
  id: string
  datasetId: string
  name: string
  spec: DomainSpec
  hash: string
  createdAt: number
}
export interface DomainPreset {
  id: string
  label: string
  help: string
  spec: DomainSpec
}

export interface DomainCounts {
  movies: number
  users: number
  ratings: number
}
export interface DomainSummary {
  a: DomainCounts
  b: DomainCounts | null
  /** Users with at least one rating in each domain. */
  sharedUsers: number
  /** Movies in neither domain: no genre of either set, or a dropped tie. */
  outside: number
  ties: number
}

export type SplitKind =
  'user-time' | 'user-ratio' | 'leave-last-one' | 'global-time' | 'strong-generalisation' | 'cold-target'

/** Everything besides the data, the domains and the model that defines a number. */
export interface ProtocolSpec {
  /**
   * `user-time`, `user-ratio`: parts of every user's events, by time or at random. `leave-last-one`: a user's last event is for test, the one
   * before for validation. `global-time`: parts of all events by time, with the same two moments for everybody. `strong-generalisation`: parts of
   * the users; of one held out, `foldIn` of the events are known and the others are asked for. `cold-target`: parts of the users with ratings in
   * both domains; one held out loses all events of one domain, and these are asked for.
   */
  split: SplitKind
  /** Train, validation, test parts; they sum to 1. Of events or of users, as the split says; `leave-last-one` does not use them. */
  ratios: [number, number, number]
  /** Share of a held-out user's events that is known, earliest first; used by `strong-generalisation` alone. */
  foldIn: number
  /** What held-out items are ranked against. Sampled negatives make numbers larger and reorder models; they are for comparing with papers that use them. */
  candidates: { kind: 'all' } | { kind: 'sampled'; negatives: number }
  /** A held-out rating is relevant from this value on; 0 = every rating. */
  positive: number
  /** Iterative k-core over all ratings in the domains; 0 = off. */
  kCore: number
  /** What the ranker sees of a user at test time. */
  historyAtTest: 'train' | 'train+validation'
  cutoffs: number[]
  splitSeed: number
  /** Share of the shared users whose two histories stay one user; the others become a user in each domain. 1 = all stay linked. */
  overlap: number
  /** Share of each domain's training events that is kept, drawn by user after the split. 1 = all. */
  density: { A: number; B: number }
}

/** The protocol card: each row is one decision; `hash` names them all together. Two numbers are comparable when the hashes are equal. */
export interface ProtocolCard {
  hash: string
  rows: { key: string; label: string; value: string }[]
}

export interface SplitSummary {
  /** After each preparation step: positives threshold, k-core rounds, ... */
  steps: { label: string; users: number; movies: number; ratings: number }[]
  train: number
  validation: number
  test: number
  /** Users with at least one relevant test item, per domain. */
  testUsers: { A: number; B: number }
  card: ProtocolCard
}

// ───────────────────────────── models, experiments, runs ─────────────────────────────

/** One hyper-parameter: one row feeds the form, validation, the CLI, docs and reports. */
export type HyperParameter = {
  key: string
  label: string
  help: string
  /** Where the default comes from: paper, equation, own measurement. */
  source?: string
  unit?: string
  group: string
} & (
  | { type: 'integer' | 'number'; default: number; min: number; max: number; scale?: 'log' }
  | { type: 'boolean'; default: boolean }
  | { type: 'choice'; default: string; choices: { value: string; label: string }[] }
)
export type HyperParameterValue = number | boolean | string
export type ModelConfig = Record<string, HyperParameterValue>

/** The range in which a hyper-parameter is searched. */
export type SearchRange = { key: string } & (
  | { kind: 'number'; low: number; high: number; scale: 'linear' | 'log'; whole: boolean }
  | { kind: 'choice'; values: HyperParameterValue[] }
)

export interface ModelInfo {
  id: string // 'popularity', 'ease', 'ials', 'transformer', ...
  label: string
  summary: string
  reference: string
  family: 'baseline' | 'neighbourhood' | 'linear' | 'factorisation' | 'neural'
  /** It reads feature tables (text, image, ...). */
  usesFeatures: boolean
  /** It reads tokens and pixels themselves. */
  usesViews: boolean
  /** It scores a user who was not there in training from his history; without that, strong generalisation refuses it. */
  newUsers: boolean
  /** False: there is no chance in it, so it is one run however many seeds are asked for. */
  seeded: boolean
  hyperParameters: HyperParameter[]
  /** Named sets of values over the defaults. */
  presets: { id: string; label: string; help: string; config: ModelConfig }[]
  /** What tuning searches, unless told otherwise; empty where there is nothing to tune. */
  search: SearchRange[]
}

export interface BackendInfo {
  id: 'tensorflow' | 'webgpu' | 'wasm' | 'cpu'
  available: boolean
  device: string
  /** Why it is not available, and what would change that. */
  reason: string | null
  /** Measured 512x512 float32 matrix product, GFLOP/s; null when not measured. */
  gflops: number | null
  /** Measured training speed of a small Transformer, samples a second; null when not measured. */
  samplesPerSecond: number | null
  /** Memory of the device in bytes; null where it does not say. */
  memoryBytes: number | null
}

/** One model in an experiment, before seeds are applied. */
export interface RunSpec {
  model: string
  label: string
  config: ModelConfig
}

export interface ExperimentSpec {
  name: string
  /** The runs of `tuning` are trials: they see validation only. */
  kind: 'comparison' | 'ablation' | 'tuning'
  datasetId: string
  domains: DomainSpec
  protocol: ProtocolSpec
  runs: RunSpec[]
  seeds: number[]
  backend: 'auto' | BackendInfo['id']
}

export interface Experiment {
  id: string
  spec: ExperimentSpec
  createdAt: number
  card: ProtocolCard
  /** The study that made it. */
  studyId: string | null
  runs: Run[]
}

// ───────────────────────────── studies ─────────────────────────────

/** How hyper-parameters are searched: on validation, with the same budget for every model. */
export interface TuningSpec {
  /** `tpe`: a tree-structured Parzen estimator; each round of trials follows from the rounds before. */
  method: 'random' | 'tpe'
  /** Trials of each model; its own configuration is the first of them. */
  trials: number
  /** Minutes of each model, after which none of its trials begins; 0 = no limit. With a limit the outcome depends on the machine. */
  minutes: number
  /** A trial stops when its validation is below the median of the earlier rounds at the same epoch. */
  medianStopping: boolean
  seed: number
}

/**
 * `table1`: the models beside each other. `table2`: one Transformer and its ablations. `tuning`: the search alone. First every model is tuned (where
 * `tuning` says so), then an experiment is run for each density and, below 1, each target domain.
 */
export interface StudySpec {
  name: string
  kind: 'table1' | 'table2' | 'tuning'
  datasetId: string
  domains: DomainSpec
  protocol: ProtocolSpec
  /** table2: one, the Transformer. */
  runs: RunSpec[]
  seeds: number[]
  backend: ExperimentSpec['backend']
  tuning: TuningSpec | null
  /** Shares of the target domain's training events that are kept: 1, .3, .1. */
  densities: number[]
}
export type StudyState = 'running' | 'paused' | 'done' | 'failed' | 'cancelled' | 'interrupted'

/** One configuration that was tried. */
export interface Trial {
  runId: string
  model: string
  label: string
  /** From 1, by model. */
  number: number
  config: ModelConfig
  state: RunState
  /** Median stopping ended it. */
  stoppedEarly: boolean
  validation: number | null
  epochs: number | null
  seconds: number | null
  /** The best of its model so far. */
  best: boolean
}
export interface Study {
  id: string
  spec: StudySpec
  createdAt: number
  state: StudyState
  /** Why it failed or stopped; a sentence with its remedy. */
  reason: string | null
  /** What it is at, in words, and how far (0..1). */
  phase: string
  fraction: number
  trials: Trial[]
  /** The experiments of its table, in order. `target`: the domain that was thinned; null at full density. */
  experiments: { experimentId: string; label: string; density: number; target: DomainName | null }[]
}

// ───────────────────────────── runs ─────────────────────────────

export type RunState = 'queued' | 'running' | 'paused' | 'done' | 'failed' | 'cancelled' | 'interrupted'

export interface Run {
  id: string
  experimentId: string
  model: string
  label: string
  config: ModelConfig
  seed: number
  state: RunState
  /** Why it failed or stopped; a sentence with its remedy. */
  reason: string | null
  createdAt: number
  startedAt: number | null
  endedAt: number | null
  backend: string | null
  /** What computed: 'WebAssembly with SIMD, 2 threads'. */
  device: string | null
  /** A checkpoint of it is there: resume continues where it stopped. */
  resumable: boolean
  parameters: number | null
  bestEpoch: number | null
  epochs: number | null
  /** NDCG@10 averaged over the domains; null until known. */
  validation: number | null
  test: number | null
}

/** A named curve of a run: `x` is the step (batch) or epoch. */
export interface Series {
  name: 'loss' | 'learningRate' | 'validation' | 'samplesPerSecond'
  x: number[]
  y: number[]
}

export interface RunEstimate {
  model: string
  label: string
  parameters: number | null
  seconds: number | null
  memoryBytes: number | null
  /** 'about 2 minutes on wasm', or why there is no estimate. */
  text: string
}

// ───────────────────────────── jobs ─────────────────────────────

export type JobKind =
  | 'import'
  | 'sample'
  | 'clean'
  | 'combine'
  | 'posters'
  | 'fetch-posters'
  | 'plots'
  | 'vectors'
  | 'backup'
  | 'restore'
  | 'move'
  | 'train'
export type JobState = 'queued' | 'running' | 'paused' | 'done' | 'failed' | 'cancelled'

export interface Job {
  id: string
  kind: JobKind
  /** 'Import ml-latest-small.zip', 'Train Transformer, seed 1' */
  label: string
  state: JobState
  createdAt: number
  startedAt: number | null
  /** What it is doing now, how far (0..1, null = unknown), and seconds left where that can be said. */
  phase: string
  fraction: number | null
  eta: number | null
  samplesPerSecond: number | null
  error: string | null
  datasetId: string | null
  runId: string | null
}

// ───────────────────────────── comparison ─────────────────────────────

/** 'ndcg' | 'recall' | ... ; formulas and worked examples come with `metrics.list`. */
export interface MetricInfo {
  id: string
  label: string
  formula: string
  help: string
  /** False: a description (coverage), not a quality. */
  higherIsBetter: boolean
  atCutoff: boolean
}
/** 'mean' is the mean of the domains' values. */
export type DomainColumn = DomainName | 'mean'

export interface Interval {
  low: number
  high: number
}
/** One model (all its seeds) in the comparison table. */
export interface ComparisonRow {
  label: string
  model: string
  runIds: string[]
  seeds: number[]
  bestEpochs: (number | null)[]
  /** Mean over seeds of the per-user mean, its spread over seeds (sample standard deviation, null for one seed), and the users' bootstrap interval. */
  value: number
  spread: number | null
  interval: Interval
  /** Against the pinned baseline, paired by user on the mean over seeds; null for the baseline itself. */
  difference: { value: number; interval: Interval; pairedT: number; wilcoxon: number; holm: number } | null
  /** All metrics of the row: key 'ndcg@10', 'coverage@10', ... */
  metrics: Record<string, number>
  secondsPerRun: number | null
}
/** Two rows, paired by user. `holm` is corrected over all pairs of rows. */
export interface PairedDifference {
  first: string
  second: string
  value: number
  interval: Interval
  pairedT: number
  wilcoxon: number
  holm: number
}
/** Users by how many training events they have in the domain: cold to warm. */
export interface HistoryComparison {
  groups: { label: string; from: number; to: number | null; users: number }[]
  /** A cell is null where no user of the group counts. */
  rows: { label: string; model: string; cells: ({ value: number; interval: Interval } | null)[] }[]
}
/** What two protocol cards have in common and where they differ. */
export interface CardComparison {
  /** Their numbers may be compared. */
  comparable: boolean
  rows: { key: string; label: string; first: string; second: string }[]
  sentence: string
}
/** The test part was evaluated for a run: once is an estimate, often is a selection. */
export interface TestLook {
  at: number
  experiment: string
  /** Null once it was removed. */
  experimentId: string | null
  label: string
  model: string
  seed: number
  configHash: string
}

export interface Comparison {
  experimentId: string
  metric: string // 'ndcg@10'
  domain: DomainColumn
  users: number
  baseline: string | null // its label
  rows: ComparisonRow[]
  /** Only the hyper-parameters that differ between rows of one model. */
  differing: { key: string; label: string; values: Record<string, HyperParameterValue | null> }[]
  /** All pairs of rows; empty when there is one row. */
  pairs: PairedDifference[]
  /** How often the test part of this protocol has been evaluated in this workspace, and for how many configurations. */
  looks: { runs: number; configurations: number }
  /** In plain words: who is ahead of whom, by how much, how sure. */
  sentences: string[]
  card: ProtocolCard
}

// ───────────────────────────── one user ─────────────────────────────

export interface UserSummary {
  user: number // the data set's user id
  ratingsA: number
  ratingsB: number
  testA: number
  testB: number
}
export interface HistoryEntry {
  movie: Movie
  rating: number
  ratedAt: number
  part: 'train' | 'validation' | 'test'
}
export interface Recommendation {
  movie: Movie
  score: number
  /** A held-out relevant item of the test part. */
  hit: boolean
}
export interface UserInspection {
  user: number
  history: Record<DomainName, HistoryEntry[]>
  /** Relevant held-out items. */
  heldOut: Record<DomainName, HistoryEntry[]>
  lists: {
    runId: string
    label: string
    seed: number
    domain: DomainName
    items: Recommendation[]
    ndcg: number | null
  }[]
}

// ───────────────────────────── app ─────────────────────────────

export interface AppInfo {
  version: string
  shell: 'electron' | 'browser'
  workspace: string
  platform: string
  backends: BackendInfo[]
}
export interface Settings {
  theme: 'system' | 'light' | 'dark'
  /** The experiment and the baseline looked at last, so that the window opens where it was left. */
  lastDatasetId: string | null
  lastExperimentId: string | null
  /** What the last experiment was set to compute on: the next one's choice. */
  backend: ExperimentSpec['backend']
  /** Runs at a time; 0 = as many as the cores allow. */
  parallelRuns: number
}

/** name -> (argument) => result. */
export interface Requests {
  'app.info': (p: Record<string, never>) => AppInfo
  'settings.get': (p: Record<string, never>) => Settings
  'settings.set': (p: Partial<Settings>) => Settings

  /** Electron: a native dialog (null when cancelled). Browser: not available, the page offers a path field or a drop instead. */
  'files.pick': (p: { purpose: PickPurpose; folder: boolean }) => Picked | null
  /** Browser host only: a path on the machine that runs the workbench, typed by the person who holds the token. */
  'files.typed': (p: { path: string }) => Picked

  'datasets.list': (p: Record<string, never>) => Dataset[]
  'datasets.recognise': (p: { token: string }) => SourceSummary
  /** How a rating table would be read with another mapping. */
  'datasets.previewTable': (p: { token: string; mapping: TableMapping }) => TablePreview
  /** `mapping` for a table of no known release, null for a MovieLens release. */
  'datasets.import': (p: { token: string; name: string; mapping: TableMapping | null }) => Job
  'datasets.sample': (p: Record<string, never>) => Job
  /** What each rule of a recipe would leave. */
  'datasets.cleanPreview': (p: { datasetId: string; recipe: CleaningRecipe }) => CleaningStep[]
  /** A new data set, made of this one by a recipe. */
  'datasets.clean': (p: { datasetId: string; name: string; recipe: CleaningRecipe }) => Job
  /** A new data set of two catalogues. `links` is a table of user ids (first, second); null: equal ids are one person. */
  'datasets.combine': (p: { first: string; second: string; name: string; links: string | null }) => Job
  'datasets.addPosters': (p: { datasetId: string; token: string; by: MediaKey }) => Job
  'datasets.addPlots': (p: { datasetId: string; token: string; by: MediaKey }) => Job
  /** Item vectors of a further modality, as audio embeddings are; those of the same name are replaced. */
  'datasets.addVectors': (p: { datasetId: string; token: string; name: string; by: MediaKey }) => Job
  /** Downloads missing posters from TMDB with the person's own key, which is kept nowhere. Goes on where an earlier one stopped. */
  'datasets.fetchPosters': (p: { datasetId: string; key: string }) => Job
  'datasets.report': (p: { datasetId: string }) => CleaningReport
  'datasets.facts': (p: { datasetId: string }) => DatasetFacts
  'datasets.rename': (p: { datasetId: string; name: string }) => Dataset
  'datasets.note': (p: { datasetId: string; notes: string }) => Dataset
  /** Takes it off the list. It can be brought back until the workspace is opened the next time. */
  'datasets.remove': (p: { datasetId: string }) => null
  'datasets.removed': (p: Record<string, never>) => Dataset[]
  'datasets.restore': (p: { datasetId: string }) => Dataset
  /** Users whose id begins with `search`. */
  'datasets.users': (p: {
    datasetId: string
    search: string
    sort: 'id' | 'ratings'
    offset: number
    limit: number
  }) => {
    total: number
    users: DatasetUser[]
  }
  'datasets.history': (p: { datasetId: string; user: number; offset: number; limit: number }) => DatasetHistory
  'datasets.movies': (p: { datasetId: string; search: string; offset: number; limit: number }) => {
    total: number
    movies: Movie[]
  }
  /** Small JPEG or PNG data URLs by movie id, at most 100 a call; movies without a poster are absent. */
  'datasets.posters': (p: { datasetId: string; movieIds: number[] }) => Record<number, string>

  'domains.suggest': (p: { datasetId: string }) => DomainSpec
  'domains.preview': (p: { datasetId: string; domains: DomainSpec }) => DomainSummary
  'domains.presets': (p: { datasetId: string }) => DomainPreset[]
  'domains.saved': (p: { datasetId: string }) => DomainMap[]
  'domains.save': (p: { datasetId: string; name: string; spec: DomainSpec }) => DomainMap
  'domains.forget': (p: { mapId: string }) => null
  /** A CSV of movieId,domain (A or B) as a domain specification. */
  'domains.readLists': (p: { datasetId: string; token: string }) => DomainSpec
  'protocol.preview': (p: { datasetId: string; domains: DomainSpec; protocol: ProtocolSpec }) => SplitSummary

  'models.list': (p: Record<string, never>) => ModelInfo[]
  'metrics.list': (p: Record<string, never>) => MetricInfo[]

  'experiments.list': (p: Record<string, never>) => Experiment[]
  'experiments.get': (p: { experimentId: string }) => Experiment
  'experiments.estimate': (p: ExperimentSpec) => RunEstimate[]
  /** Checks everything (leak tests included), stores the experiment and queues its runs. */
  'experiments.create': (p: ExperimentSpec) => Experiment
  /** The ablation set of one Transformer configuration: full, without cross-domain, merged, text off, image off, both off, shuffled features. */
  'experiments.ablation': (p: { config: ModelConfig }) => RunSpec[]
  'experiments.remove': (p: { experimentId: string }) => null

  'studies.list': (p: Record<string, never>) => Study[]
  'studies.get': (p: { studyId: string }) => Study
  /** What a study of this kind would be on this data set: its models with their presets, densities and tuning. */
  'studies.suggest': (p: { datasetId: string; kind: StudySpec['kind'] }) => StudySpec
  /** Checks everything, stores the study and begins it. It goes on until its tables are done, over restarts too. */
  'studies.create': (p: StudySpec) => Study
  'studies.pause': (p: { studyId: string }) => Study
  'studies.resume': (p: { studyId: string }) => Study
  'studies.cancel': (p: { studyId: string }) => Study
  /** Removes its experiments too. */
  'studies.remove': (p: { studyId: string }) => null
  /** All its tables as one text. */
  'studies.export': (p: {
    studyId: string
    metric: string
    domain: DomainColumn
    format: 'latex' | 'csv' | 'markdown' | 'text'
  }) => string

  'runs.get': (p: { runId: string }) => Run
  'runs.series': (p: { runId: string; name: Series['name']; points: number }) => Series
  'runs.cancel': (p: { runId: string }) => null
  /** Queues a cancelled, failed or interrupted run again from its start. */
  'runs.retry': (p: { runId: string }) => Run
  /** Holds a run at work after its step; `runs.resume` lets it go on. */
  'runs.pause': (p: { runId: string }) => Run
  /** Lets a paused run go on, or queues a run that was cut off to continue from its last checkpoint. */
  'runs.resume': (p: { runId: string }) => Run
  /** Writes the trained model as one file into a folder. */
  'runs.exportModel': (p: { runId: string; token: string }) => { path: string }

  /** A run from a file that `runs.exportModel` wrote: its model is loaded and evaluated under the experiment's protocol, which has to be its own. */
  'runs.importModel': (p: { experimentId: string; token: string }) => Run

  'jobs.list': (p: Record<string, never>) => Job[]
  'jobs.cancel': (p: { jobId: string }) => null

  'compare.table': (p: {
    experimentId: string
    metric: string
    domain: DomainColumn
    baseline: string | null
  }) => Comparison
  'compare.export': (p: {
    experimentId: string
    metric: string
    domain: DomainColumn
    baseline: string | null
    format: 'latex' | 'csv' | 'markdown'
  }) => string
  /** A domain's users by the length of their history. */
  'compare.history': (p: { experimentId: string; metric: string; domain: DomainName }) => HistoryComparison
  'compare.cards': (p: { first: string; second: string }) => CardComparison
  /** Every look at the test part of the experiment's protocol, the newest first. */
  'compare.looks': (p: { experimentId: string }) => TestLook[]
  /** Writes report.html, comparison.{tex,csv,md}, manifest.json into the workspace's reports folder; gives the folder back. */
  'reports.write': (p: { experimentId: string }) => { folder: string; files: string[] }

  'workspace.use': (p: Record<string, never>) => DiskUse
  /** Copies the whole workspace into a new folder inside the one picked, checked byte for byte. */
  'workspace.backup': (p: { token: string }) => Job
  /** Brings the data sets and experiments of a backup that this workspace lacks back into it. */
  'workspace.restore': (p: { token: string }) => Job
  /** Copies the workspace into an empty folder, checks the copy, and opens that one from the next start on. */
  'workspace.move': (p: { token: string }) => Job

  /** Of all users of the experiment whose id begins with `search`, the first in this order: by id when nothing is said, else the most first. */
  'inspect.users': (p: {
    experimentId: string
    search: string
    limit: number
    order?: 'user' | 'ratings' | 'ratingsA' | 'ratingsB' | 'test'
  }) => UserSummary[]
  'inspect.user': (p: { experimentId: string; runIds: string[]; user: number; k: number }) => UserInspection
}

/** Pushed to every page, in order with the replies. */
export interface Events {
  /** A job was queued, moved on, or ended; at most ten a second for each job. */
  'job.changed': Job
  'datasets.changed': { datasetId: string | null }
  'experiments.changed': { experimentId: string }
  'studies.changed': { studyId: string }
  'run.changed': Run
  /** New points of a run's curves since the last event. */
  'run.points': { runId: string; series: Series[] }
}

export type RequestName = keyof Requests
export type Argument<N extends RequestName> = Parameters<Requests[N]>[0]
export type Result<N extends RequestName> = ReturnType<Requests[N]>

/** What the page holds as `window.workbench`, whoever provides it: the preload or the WebSocket client. */
export interface Workbench {
  call<N extends RequestName>(name: N, argument: Argument<N>): Promise<Result<N>>
  on<E extends keyof Events>(event: E, listener: (payload: Events[E]) => void): () => void
  /** Electron: the token of a file dropped on the window. Browser: uploads it first. */
  drop(file: File): Promise<Picked>
}
