/** What the commands of studies take, as values: each option on the command line changes one thing of what the workbench suggests. */
import type { ModelInfo, ProtocolSpec, RunSpec, StudySpec, TuningSpec } from '../../src-preload/contract.ts'
import { type Arguments, type OptionRow, UsageError } from './command.ts'
import { runOf } from './defaults.ts'

const splits: readonly ProtocolSpec['split'][] = [
  'user-time',
  'user-ratio',
  'leave-last-one',
  'global-time',
  'strong-generalisation',
  'cold-target',
]

export const studyOptions: readonly OptionRow[] = [
  { name: 'models', value: 'ID,ID', help: 'only these models, in this order' },
  {
    name: 'preset',
    value: 'NAME',
    help: "the models' preset where they have one of that name: desktop, quick or paper",
  },
  { name: 'seeds', value: 'N|1,2,3', help: 'how many seeds from 1 on, or which; five are usual' },
  { name: 'trials', value: 'N', help: 'configurations each model may try on validation; 0 for none' },
  { name: 'method', value: 'tpe|random', help: 'how the next configurations are found' },
  {
    name: 'minutes',
    value: 'M',
    help: 'time after which no trial of a model begins; the outcome then depends on the machine',
  },
  { name: 'density', value: '1,.3,.1', help: 'shares of the training events, one domain after the other' },
  { name: 'split', value: 'KIND', help: `${splits.join(', ')}; user-time is the default` },
  { name: 'ratios', value: '8:1:1', help: 'train, validation and test parts of the split' },
  { name: 'split-seed', value: 'N', help: 'seed of what the split draws; 1' },
  { name: 'fold-in', value: 'SHARE', help: 'of a held-out user, what is known in strong-generalisation; .8' },
  { name: 'history', value: 'PARTS', help: 'what is known of a user at test: train+validation (the default) or train' },
  { name: 'overlap', value: 'SHARE', help: 'of the users of both domains, how many stay one user; 1' },
  { name: 'positive', value: 'STARS', help: 'a rating from there on is relevant; 4, and 0 for all' },
  { name: 'k-core', value: 'K', help: 'users and movies with fewer ratings are left out; 5' },
  { name: 'single', help: 'one catalogue instead of two domains' },
  { name: 'backend', value: 'ID', help: 'auto, tensorflow, webgpu, wasm or cpu' },
]

/** The study that the options make of what is suggested. @throws UsageError that names the option */
export function studyOf(args: Arguments, suggested: StudySpec, models: readonly ModelInfo[]): StudySpec {
  const protocol = protocolOf(args, suggested.protocol)
  const backend = args.text('backend') ?? suggested.backend
  if (backend !== 'auto' && backend !== 'tensorflow' && backend !== 'webgpu' && backend !== 'wasm' && backend !== 'cpu')
    throw new UsageError(`--backend is auto, tensorflow, webgpu, wasm or cpu; '${backend}' is none of them.`)
  const seeds = args.text('seeds')
  const densities = args.text('density')
  return {
    ...suggested,
    name: args.text('name') ?? suggested.name,
    domains: args.flag('single') ? { kind: 'single' } : suggested.domains,
    protocol,
    runs: rowsOf(args, suggested.runs, models, protocol.split),
    seeds: seeds === null ? suggested.seeds : readSeedList(seeds),
    backend,
    tuning: tuningOf(args, suggested),
    densities: densities === null ? suggested.densities : readDensities(densities),
  }
}

/** '5' is 1 to 5; '7,8' is 7 and 8. */
export function readSeedList(text: string): number[] {
  const parts = text.split(',').map((part) => (/^\s*\d{1,9}\s*$/.test(part) ? Number(part) : NaN))
  const [first] = parts
  const wrong = parts.some(Number.isNaN) || new Set(parts).size !== parts.length || first === undefined
  if (wrong || (parts.length === 1 && (first < 1 || first > 50)))
    throw new UsageError(`--seeds is how many, at most 50, or a list of different whole numbers; '${text}' is neither.`)
  return parts.length === 1 ? Array.from({ length: first }, (_, i) => i + 1) : parts
}

export function readDensities(text: string): number[] {
  const parts = text.split(',').map((part) => (/^\s*\d*\.?\d+\s*$/.test(part) ? Number(part) : NaN))
  if (parts.some((part) => !(part >= 0.01 && part <= 1)) || new Set(parts).size !== parts.length)
    throw new UsageError(`--density is a list of different shares from .01 to 1, as in 1,.3,.1; '${text}' is not.`)
  return parts
}

function rowsOf(
  args: Arguments,
  suggested: readonly RunSpec[],
  models: readonly ModelInfo[],
  split: ProtocolSpec['split'],
): RunSpec[] {
  const preset = args.text('preset')
  if (preset !== null && !models.some(({ presets }) => presets.some(({ id }) => id === preset)))
    throw new UsageError(`No model has a preset '${preset}'.`)
  const listed = args
    .text('models')
    ?.split(',')
    .map((id) => id.trim())
  const rows = (listed ?? suggested.map(({ model }) => model)).map((id): RunSpec => {
    const model = models.find((each) => each.id === id)
    const has = preset !== null && model?.presets.some((each) => each.id === preset)
    const usual = suggested.find((row) => row.model === id)
    return has || !usual ? runOf(models, id, has ? preset : null) : usual
  })
  if (listed || split !== 'strong-generalisation') return rows
  // those that know only the users they were trained on have nothing to say of others
  return rows.filter(({ model }) => models.find(({ id }) => id === model)?.newUsers)
}

function protocolOf(args: Arguments, suggested: ProtocolSpec): ProtocolSpec {
  const wanted = args.text('split') ?? suggested.split
  const split = splits.find((each) => each === wanted)
  if (!split) throw new UsageError(`--split is ${splits.join(', ')}; '${wanted}' is none of them.`)
  return {
    ...suggested,
    split,
    ratios: ratiosOf(args) ?? suggested.ratios,
    splitSeed: whole('split-seed', numberOf(args, 'split-seed', 0, 0xffffffff)) ?? suggested.splitSeed,
    foldIn: numberOf(args, 'fold-in', 0.1, 0.9) ?? suggested.foldIn,
    historyAtTest: historyOf(args) ?? suggested.historyAtTest,
    overlap: numberOf(args, 'overlap', 0, 1) ?? suggested.overlap,
    positive: numberOf(args, 'positive', 0, 5) ?? suggested.positive,
    kCore: whole('k-core', numberOf(args, 'k-core', 0, 1000)) ?? suggested.kCore,
  }
}

function ratiosOf(args: Arguments): ProtocolSpec['ratios'] | null {
  const text = args.text('ratios')
  if (text === null) return null
  const parts = text.split(':').map((part) => (/^\s*\d*\.?\d+\s*$/.test(part) ? Number(part) : NaN))
  const [train = NaN, validation = NaN, test = NaN] = parts
  const sum = train + validation + test
  if (parts.length !== 3 || !(train > 0 && test > 0 && Number.isFinite(sum)))
    throw new UsageError(`--ratios is three parts, of train, validation and test, as in 8:1:1; '${text}' is not.`)
  return [train / sum, validation / sum, test / sum]
}

function historyOf(args: Arguments): ProtocolSpec['historyAtTest'] | null {
  const text = args.text('history')
  if (text !== null && text !== 'train' && text !== 'train+validation')
    throw new UsageError(`--history is train+validation or train; '${text}' is neither.`)
  return text
}

function tuningOf(args: Arguments, { tuning, kind }: StudySpec): TuningSpec | null {
  const trials = whole('trials', numberOf(args, 'trials', 0, 1000))
  const method = args.text('method') ?? tuning?.method ?? 'tpe'
  if (method !== 'tpe' && method !== 'random')
    throw new UsageError(`--method is tpe or random; '${method}' is neither.`)
  if (trials === 0 && kind === 'tuning') throw new UsageError('--trials 0 leaves nothing to do for tune.')
  if (trials === 0 || (tuning === null && trials === null)) return null
  return {
    method,
    trials: trials ?? tuning?.trials ?? 0,
    minutes: numberOf(args, 'minutes', 0, 100_000) ?? tuning?.minutes ?? 0,
    medianStopping: tuning?.medianStopping ?? true,
    seed: tuning?.seed ?? 1,
  }
}

function numberOf(args: Arguments, name: string, low: number, high: number): number | null {
  const text = args.text(name)
  if (text === null) return null
  const value = /^\s*\d*\.?\d+\s*$/.test(text) ? Number(text) : NaN
  if (!(value >= low && value <= high))
    throw new UsageError(`--${name} is a number from ${low} to ${high}; '${text}' is not.`)
  return value
}

function whole(name: string, value: number | null): number | null {
  if (value !== null && !Number.isInteger(value)) throw new UsageError(`--${name} is a whole number; ${value} is not.`)
  return value
}
