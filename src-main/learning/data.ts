/**
 * What a model sees: typed arrays in one joint index space. Users are 0..users-1. Items are 0..items-1 and lie by domain: domain A is
 * [0, boundary), domain B is [boundary, items); so a domain is a range and never a mask. Made by datasets/splitting/prepare.ts.
 */

/** A half-open range of item indices. */
export interface DomainRange {
  name: 'A' | 'B'
  start: number
  end: number
}

/** Events of all users, user-major (CSR), each user's events in time order (ties broken at random by the split's seed, never by item id). */
export interface Interactions {
  /** [users + 1] */
  indptr: Uint32Array
  /** [n] joint item index */
  item: Uint32Array
  /** [n] stars, 0.5..5 */
  rating: Float32Array
  /** [n] seconds since 1970 */
  time: Float64Array
}

/** Frozen features of one modality, one row an item. */
export interface FeatureTable {
  name: string // 'text', 'image', ...
  dim: number
  /** [items, dim] row-major; rows of absent items are zero and must not be read as a value */
  rows: Float32Array
  /** [items] 1 = the item has this modality; 0 = a learned "missing" token stands in */
  present: Uint8Array
  hash: string
}

/** What the data set says of each item. */
export interface ItemFacts {
  genreNames: string[]
  /** [items] bit g stands for genreNames[g] */
  genres: Uint32Array
  /** [items] 0 = unknown */
  year: Int16Array
}

/** Texts and posters before any encoder, for models that bring their own. */
export interface ItemViews {
  /** [items, length] ids in 1..vocabulary, in reading order; 0 pads */
  tokens: Int32Array
  length: number
  vocabulary: number
  /** [items, height, width, 3] bytes; zero where there is no poster */
  pixels: Uint8Array
  height: number
  width: number
  /** [items] 1 = has a poster */
  hasPoster: Uint8Array
  hash: string
}

export interface TrainingData {
  users: number
  items: number
  domains: DomainRange[] // one or two
  train: Interactions
  /** Held-out events, all ratings; what counts as relevant is decided by `positive`. */
  validation: Interactions
  test: Interactions
  /** A held-out rating is relevant from this value on; 0 = every rating. */
  positive: number
  historyAtTest: 'train' | 'train+validation'
  cutoffs: number[]
  features: FeatureTable[]
  /** Strong generalisation: what is known of the held-out users. It is no training event; it is history for ranking. */
  foldIn?: Interactions
  /** Held-out items are ranked against so many unseen items of the domain, drawn by user with the seed; absent = against all. */
  sampled?: { negatives: number; seed: number }
  facts?: ItemFacts
  /** For models that use views. */
  views?: ItemViews
  /** Split and data hashes, for checkpoints. */
  hash: string
}

export function domainOf(data: Pick<TrainingData, 'domains'>, item: number): number {
  return data.domains.length > 1 && item >= data.domains[0]!.end ? 1 : 0
}

/** The events of both, user by user, in time order (stable: `a` before `b` on equal times). Shapes as in `Interactions`. */
export function concatInteractions(a: Interactions, b: Interactions): Interactions {
  const users = a.indptr.length - 1
  const n = a.item.length + b.item.length
  const out: Interactions = {
    indptr: new Uint32Array(users + 1),
    item: new Uint32Array(n),
    rating: new Float32Array(n),
    time: new Float64Array(n),
  }
  let o = 0
  for (let u = 0; u < users; u++) {
    let i = a.indptr[u]!
    let j = b.indptr[u]!
    const iEnd = a.indptr[u + 1]!
    const jEnd = b.indptr[u + 1]!
    while (i < iEnd || j < jEnd) {
      const fromA = j >= jEnd || (i < iEnd && a.time[i]! <= b.time[j]!)
      const source = fromA ? a : b
      const k = fromA ? i++ : j++
      out.item[o] = source.item[k]!
      out.rating[o] = source.rating[k]!
      out.time[o++] = source.time[k]!
    }
    out.indptr[u + 1] = o
  }
  return out
}
