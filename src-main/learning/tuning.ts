/**
 * Hyper-parameter search, as functions of what is known: which configurations a round tries follows from the search ranges, the seed and the
 * results of earlier rounds, and from nothing else. So a search that is cut off and taken up again goes the same way, and runs of one round
 * may end in any order.
 */
import type { HyperParameterValue, ModelConfig, SearchRange } from '../../src-preload/contract.ts'
import { Random } from './random.ts'
import { proposeTpe } from './tpe.ts'

/** Trials of a round are independent of each other, and run at the same time where there is room. */
export const ROUND = 4

/** A configuration that was tried in an earlier round. */
export interface Observation {
  config: ModelConfig
  /** On validation, more is better; null: it failed, which counts as worst. */
  value: number | null
}

/** One row a range: a number lies in [0, 1] between its bounds; a choice is the index of its value. */
export type Point = number[]

export interface RoundAsked {
  method: 'random' | 'tpe'
  search: readonly SearchRange[]
  /** The configuration that the search starts from; what has no range stays as it is here. */
  base: ModelConfig
  /** Of all earlier rounds, in the order of their numbers. */
  earlier: readonly Observation[]
  /** How many trials the round has. */
  size: number
  /** Chance is drawn from this seed and name, and the trial's number. */
  seed: number
  name: string
}

/** Draws that were all configurations tried before, after which chance alone draws; and after which the ranges count as exhausted. */
const LED_DRAWS = 16
const DRAWS = 128

/**
 * The configurations of the next round; the first of all is `base`. None is tried twice: where the ranges hold few values the round is
 * shorter, and empty when all have been tried.
 */
export function proposeRound({ method, search, base, earlier, size, seed, name }: RoundAsked): ModelConfig[] {
  const proposals: ModelConfig[] = []
  const known = new Set(earlier.map(({ config }) => keyOf(config, search)))
  const observed = earlier.map(({ config, value }) => ({ point: encode(config, search), value }))
  for (let n = 0; n < size; n++) {
    if (n === 0 && earlier.length === 0) {
      proposals.push(base)
      known.add(keyOf(base, search))
      continue
    }
    const random = Random.stream(seed, `trial ${earlier.length + n + 1} of ${name}`)
    for (let draw = 0; draw < DRAWS; draw++) {
      const point =
        method === 'random' || earlier.length === 0 || draw >= LED_DRAWS
          ? drawUniform(search, random)
          : proposeTpe(search, observed, random)
      const config = decode(point, search, base)
      const key = keyOf(config, search)
      if (known.has(key)) continue
      known.add(key)
      proposals.push(config)
      break
    }
  }
  return proposals
}

/** Where a configuration lies in the ranges; what lies outside a range is taken to its nearer end, an unknown choice to the first. */
export function encode(config: ModelConfig, search: readonly SearchRange[]): Point {
  return search.map((range) => {
    const value = config[range.key]
    if (range.kind === 'choice') return Math.max(0, range.values.indexOf(value as HyperParameterValue))
    const [low, high] = bounds(range)
    const x = typeof value === 'number' ? scaled(range, value) : (low + high) / 2
    return high === low ? 0.5 : Math.min(1, Math.max(0, (x - low) / (high - low)))
  })
}

/** The configuration at a point: `base` with the ranges' keys set, numbers with three digits. */
export function decode(point: Point, search: readonly SearchRange[], base: ModelConfig): ModelConfig {
  const config = { ...base }
  for (const [i, range] of search.entries()) config[range.key] = valueAt(range, point[i] ?? 0)
  return config
}

/** Uniform in each range, on its scale. */
export function drawUniform(search: readonly SearchRange[], random: Random): Point {
  return search.map((range) => (range.kind === 'choice' ? random.integer(range.values.length) : random.next()))
}

function valueAt(range: SearchRange, x: number): HyperParameterValue {
  if (range.kind === 'choice') return range.values[x] ?? range.values[0] ?? 0
  const [low, high] = bounds(range)
  const at = low + x * (high - low)
  const value = range.scale === 'log' ? Math.exp(at) : at
  const written = range.whole ? Math.round(value) : Number(value.toPrecision(3))
  return Math.min(range.high, Math.max(range.low, written))
}

function bounds(range: Extract<SearchRange, { kind: 'number' }>): [number, number] {
  return [scaled(range, range.low), scaled(range, range.high)]
}

function scaled({ scale, low }: Extract<SearchRange, { kind: 'number' }>, value: number): number {
  return scale === 'log' ? Math.log(Math.max(value, low)) : value
}

/** Only what is searched tells configurations apart. */
function keyOf(config: ModelConfig, search: readonly SearchRange[]): string {
  return JSON.stringify(search.map(({ key }) => config[key]))
}

/** A validation curve: epochs from 1, and the values there. */
export interface ValidationCurve {
  x: readonly number[]
  y: readonly number[]
}

/** Epochs that every trial is given, and earlier trials without which no median is formed. */
const GRACE = 2
const QUORUM = 3

/**
 * For each epoch the median, over earlier trials, of the best validation value up to it (Golovin et al.: Google Vizier, KDD 2017, section
 * 3.2.2). A trial that had ended by then counts with its best. 0, below which nothing falls, in the first epochs and where there are fewer
 * than three trials.
 * @returns [epochs] as `FitContext.medians` has it
 */
export function medianCurve(curves: readonly ValidationCurve[]): number[] {
  const validated = curves.filter(({ x }) => x.length > 0)
  if (validated.length < QUORUM) return []
  const last = Math.max(...validated.map(({ x }) => x.at(-1) ?? 0))
  return Array.from({ length: last }, (_, e) => {
    if (e < GRACE) return 0
    const best = validated.flatMap((curve) => bestUpTo(curve, e + 1) ?? [])
    return best.length < QUORUM ? 0 : median(best)
  })
}

function bestUpTo({ x, y }: ValidationCurve, epoch: number): number | null {
  const values = y.filter((_, i) => (x[i] ?? Infinity) <= epoch)
  return values.length === 0 ? null : Math.max(...values)
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
}
