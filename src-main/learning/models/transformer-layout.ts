/**
 * A batch as the forward pass reads it, laid out on the host: items numbered once each, streams and targets as rows of that block. Nothing here
 * touches a device, so that the next part can be laid out while one is computed.
 */
import type { Batch, Negatives, TargetBlock } from '../batches.ts'
import type { DomainRange } from '../data.ts'
import { prepareRows } from '../row-upload.ts'
import type { ChosenRows } from '../row-upload.ts'
import type { OwnItems } from '../sampling.ts'
import type { Streams } from '../streams.ts'
import type { FrozenFeatures } from './transformer-features.ts'
import type { Loss } from './transformer-settings.ts'
import type { TransformerShape } from './transformer-shape.ts'

/** Its exponential is exactly 0. */
const NO_CANDIDATE = -1e9
/** Most items in the contrastive term of a part: each is compared with each. */
const CONTRASTED = 512

type Rows = Int32Array<ArrayBuffer>
type Numbers = Float32Array<ArrayBuffer>

/** The events of all sequences one behind the other, R of them, without padding. */
export interface HostStreams {
  /** [N] events of each; a stream without any has one place, which reads row 0 and is read by nothing. */
  lengths: Rows
  /** [R M] rows of the token table [M U, D] */
  tokenRows: Rows
  /** [R] */
  position: Rows
  bucket: Rows
  domain: Rows
  /** Row of the state table [R + K, D] that holds a row of the padded one, [N T + K, D] (streams.ts). */
  stateRow(padded: number): number
}

export type HostTargets = SoftmaxTargets | SampledTargets
/** Candidates are the items start..start+size-1; labels [n] count from start, hidden [n, size] is added to the scores. */
export interface SoftmaxTargets {
  kind: 'softmax'
  states: Rows[]
  start: number
  size: number
  labels: Rows
  weights: Numbers
  hidden: ChosenRows
}
export interface SampledTargets {
  kind: Sampled
  states: Rows[]
  positives: Rows
  negatives: Rows
  weights: Numbers
  pairs: Numbers
}
export type Sampled = Exclude<Loss, 'softmax'>

/** Two modalities of the same items, as rows of the item block. */
export interface HostContrast {
  first: number
  second: number
  rows: Rows
}

export interface HostBatch {
  /** [U] the items the part looks at, each once; null = all items in order */
  items: Rows | null
  /** [U, dim + 2] of each modality; none for all items, whose features stay on the device */
  features: ChosenRows[]
  streams: HostStreams
  targets: HostTargets[]
  contrasts: HostContrast[]
  /** The weights of all targets. */
  weight: number
}

/** Softmax looks at all items; sampled losses only at those that occur in the batch. */
export function layOutBatch(
  shape: TransformerShape,
  domains: DomainRange[],
  features: FrozenFeatures[],
  own: OwnItems,
  batch: Batch,
): HostBatch {
  const sampled = shape.settings.loss !== 'softmax'
  const unique = sampled ? uniqueItems(shape.items, batch) : null
  const rowOf = unique ? (item: number): number => unique.row(item) : (item: number): number => item
  const items = unique ? Int32Array.from(unique.ids) : null
  const streams = layOutStreams(shape, batch.streams, rowOf, items?.length ?? shape.items)
  const everything = shape.settings.candidates === 'all' ? { start: 0, end: shape.items } : null
  const targets = batch.targets.map((block) => ({
    ...block,
    states: block.states.map((rows) => rows.map(streams.stateRow)),
  }))
  return {
    items,
    features: items ? features.map((table) => prepareRows(table, items)) : [],
    streams,
    targets: targets.map((block) =>
      shape.settings.loss === 'softmax'
        ? softmaxTargets(block, everything ?? domains[block.domain]!, own)
        : sampledTargets(shape.settings.loss, block, rowOf),
    ),
    contrasts: shape.settings.contrastive > 0 ? contrasts(features, batch.targets, rowOf) : [],
    weight: batch.targets.reduce((sum, { weight }) => sum + weight.reduce((a, b) => a + b, 0), 0),
  }
}

/** @param rowOf row of the item block that holds an item  @param block U rows */
export function layOutStreams(
  { tokens: M }: Pick<TransformerShape, 'tokens'>,
  streams: Streams,
  rowOf: (item: number) => number,
  block: number,
): HostStreams {
  const { sequences, length } = streams
  const lengths = streams.lengths.map((events) => Math.max(1, events))
  const starts = new Int32Array(sequences + 1)
  for (const [n, events] of lengths.entries()) starts[n + 1] = starts[n]! + events
  const rows = starts[sequences]!
  const tokenRows = new Int32Array(rows * M)
  const [position, bucket, domain] = [new Int32Array(rows), new Int32Array(rows), new Int32Array(rows)]
  for (let n = 0; n < sequences; n++)
    for (let p = 0; p < lengths[n]!; p++) {
      const [from, to] = [n * length + p, starts[n]! + p]
      const item = p < streams.lengths[n]! ? rowOf(streams.item[from]!) : 0
      for (let m = 0; m < M; m++) tokenRows[to * M + m] = m * block + item
      position[to] = p
      bucket[to] = streams.bucket[from]!
      domain[to] = streams.domain[from]!
    }
  const padding = sequences * length
  const stateRow = (padded: number): number =>
    padded < padding ? starts[Math.floor(padded / length)]! + (padded % length) : rows + padded - padding
  return { lengths, tokenRows, position, bucket, domain, stateRow }
}

/** A user's own training items other than the target are no candidates, as they will be none when his list is ranked. */
export function softmaxTargets(
  { item, user, states, weight }: TargetBlock,
  { start, end }: Pick<DomainRange, 'start' | 'end'>,
  own: OwnItems,
): SoftmaxTargets {
  const size = end - start
  const copyRow = (t: number, into: Float32Array, at: number): void => {
    into.fill(0, at, at + size)
    for (const rated of own.of(user[t]!))
      if (rated >= start && rated < end && rated !== item[t]) into[at + rated - start] = NO_CANDIDATE
  }
  const rows = Int32Array.from(item.keys())
  // [n, size] is by far the largest thing of a step
  const hidden = prepareRows({ rows: item.length, width: size, copyRow }, rows)
  return { kind: 'softmax', states, start, size, labels: item.map((i) => i - start), weights: weight, hidden }
}

/** A target with its k negatives counts as much as one row of the softmax, whatever the loss. */
function sampledTargets(
  kind: Sampled,
  { item, states, weight, negatives }: TargetBlock,
  rowOf: (item: number) => number,
): SampledTargets {
  if (!negatives) throw new Error(`The loss '${kind}' needs negatives in every batch.`)
  const k = negatives.item.length
  const share = kind === 'bce' ? 1 + k : k
  return {
    kind,
    states,
    positives: item.map(rowOf),
    negatives: negatives.item.map(rowOf),
    weights: kind === 'bce' ? weight.map((w) => w / share) : weight,
    pairs: kind === 'sampledSoftmax' ? corrections(negatives) : pairWeights(negatives, weight, share),
  }
}

/** [n, k] what a pair of a target and a negative counts. */
function pairWeights({ weight: counts }: Negatives, weight: Numbers, share: number): Numbers {
  const pairs = new Float32Array(counts.length)
  const k = counts.length / weight.length
  for (let t = 0, at = 0; t < weight.length; t++) {
    const each = weight[t]! / share
    for (let j = 0; j < k; j++, at++) pairs[at] = counts[at]! * each
  }
  return pairs
}

/**
 * What is added to the scores: to the target's own nothing, to a negative's minus the log of how often one expects to draw it, so that the drawn
 * ones stand for all. @returns [n, 1 + k]
 */
function corrections({ weight, logExpected }: Negatives): Numbers {
  const k = logExpected.length
  const added = new Float32Array((weight.length / k) * (1 + k))
  for (const [i, w] of weight.entries())
    added[Math.floor(i / k) * (1 + k) + 1 + (i % k)] = w === 0 ? NO_CANDIDATE : -logExpected[i % k]!
  return added
}

/** For each two modalities, the targets that have both. */
function contrasts(
  features: FrozenFeatures[],
  targets: TargetBlock[],
  rowOf: (item: number) => number,
): HostContrast[] {
  const items = [...new Set(targets.flatMap(({ item }) => [...item]))]
  const found: HostContrast[] = []
  for (const [first, a] of features.entries())
    for (const [second, b] of features.entries()) {
      if (second <= first) continue
      const both = items.filter((item) => a.has(item) && b.has(item)).slice(0, CONTRASTED)
      if (both.length > 1) found.push({ first, second, rows: Int32Array.from(both, rowOf) })
    }
  return found
}

function uniqueItems(count: number, { streams, targets }: Batch): UniqueItems {
  const unique = new UniqueItems(count)
  for (const [n, events] of streams.lengths.entries())
    unique.add(streams.item.subarray(n * streams.length, n * streams.length + events))
  for (const { item, negatives } of targets) {
    unique.add(item)
    if (negatives) unique.add(negatives.item)
  }
  return unique
}

/** Numbers items in the order in which they first occur. */
class UniqueItems {
  readonly ids: number[] = []
  readonly #rows: Int32Array

  constructor(items: number) {
    this.#rows = new Int32Array(items).fill(-1)
  }

  add(items: Int32Array): void {
    for (const item of items) {
      if (this.#rows[item] !== -1) continue
      this.#rows[item] = this.ids.length
      this.ids.push(item)
    }
  }

  row(item: number): number {
    return this.#rows[item]!
  }
}
