/**
 * Histories as the encoder reads them. A user's joint timeline becomes one stream a domain, or one merged stream; a reading takes a stretch of
 * the timeline with some context before it, and answers queries: "which state of each stream is the last one strictly before this row?"
 * That one rule is what keeps the future out, in training as in scoring.
 */
import type { Interactions } from './data.ts'
import type { Random } from './random.ts'

export interface StreamLayout {
  /** K streams a reading. */
  streams: number
  /** Most events a stream holds. */
  capacity: number
  streamOf(item: number): number
  domainOf(item: number): number
}

/** Rows are indices into the columns of `Interactions`; all rows of a reading lie in one user's stretch: start <= first <= end. */
export interface Reading {
  /** The user's first row: nothing before it is looked at. */
  start: number
  /** The streams hold the events first..end-1, and before them ... */
  first: number
  end: number
  /** ... the last `context` events of each stream. */
  context: number
  /** Ascending rows, first <= row <= end: a query sees the events before its row. */
  queries: Uint32Array | readonly number[]
}

export interface Streams {
  /** N = readings x K; sequence n = reading * K + stream. */
  sequences: number
  /** T, the longest stream here: shorter ones are padded behind their last event. */
  length: number
  /** [N] events of each */
  lengths: Int32Array<ArrayBuffer>
  /** [N T] joint item index; 0 in the padding */
  item: Int32Array<ArrayBuffer>
  /** [N T] half-star bucket 0..9 */
  bucket: Int32Array<ArrayBuffer>
  /** [N T] */
  domain: Int32Array<ArrayBuffer>
  /** K arrays [queries of all readings]: the row of the state table [N T + K, D], whose last K rows stand for "no history". */
  states: Int32Array<ArrayBuffer>[]
}

/** Leaves out a share of the events that are read, drawn anew for each step of training; what is asked for stays. */
export interface Forgetting {
  /** 0..1 */
  share: number
  random: Random
}

export function readStreams(
  events: Interactions,
  layout: StreamLayout,
  readings: Reading[],
  forgetting: Forgetting | null = null,
): Streams {
  const read = readings.map((reading) => rowsOf(events, layout, reading))
  const rows = forgetting ? read.map((streams) => streams.map((stream) => remembered(stream, forgetting))) : read
  const length = Math.max(1, ...rows.flat().map((stream) => stream.length))
  const sequences = readings.length * layout.streams
  const queries = readings.reduce((sum, reading) => sum + reading.queries.length, 0)
  const streams: Streams = {
    sequences,
    length,
    lengths: Int32Array.from(rows.flat(), (stream) => stream.length),
    item: new Int32Array(sequences * length),
    bucket: new Int32Array(sequences * length),
    domain: new Int32Array(sequences * length),
    states: Array.from({ length: layout.streams }, () => new Int32Array(queries)),
  }
  let firstQuery = 0
  for (const [r, reading] of readings.entries()) {
    for (let k = 0; k < layout.streams; k++) {
      const sequence = r * layout.streams + k
      const stream = rows[r]?.[k] ?? []
      for (const [p, row] of stream.entries()) {
        const at = sequence * length + p
        const item = events.item[row]!
        streams.item[at] = item
        streams.bucket[at] = ratingBucket(events.rating[row]!)
        streams.domain[at] = layout.domainOf(item)
      }
      let seen = 0
      for (const [q, query] of reading.queries.entries()) {
        while (seen < stream.length && stream[seen]! < query) seen++
        streams.states[k]![firstQuery + q] = seen > 0 ? sequence * length + seen - 1 : sequences * length + k
      }
    }
    firstQuery += reading.queries.length
  }
  return streams
}

/** What is read of each stream; a window's stretch and context together never exceed the capacity. @returns K ascending lists of rows */
function rowsOf(events: Interactions, layout: StreamLayout, { start, first, end, context }: Reading): number[][] {
  const streams: number[][] = Array.from({ length: layout.streams }, () => [])
  let open = context > 0 ? layout.streams : 0
  for (let row = first - 1; row >= start && open > 0; row--) {
    const stream = streams[layout.streamOf(events.item[row]!)]
    if (!stream || stream.length === context) continue
    if (stream.push(row) === context) open--
  }
  for (const stream of streams) stream.reverse()
  for (let row = first; row < end; row++) streams[layout.streamOf(events.item[row]!)]?.push(row)
  return streams
}

function remembered(stream: number[], { share, random }: Forgetting): number[] {
  return stream.filter(() => random.next() >= share)
}

/** 0.5 stars -> 0, ..., 5 stars -> 9. */
export function ratingBucket(stars: number): number {
  return Math.min(9, Math.max(0, Math.round(stars * 2) - 1))
}
