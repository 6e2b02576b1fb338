/** Reads a curve for a chart: the points themselves while they are few, else the lowest and highest of each bucket out of the pyramid. */
import type { Database } from 'better-sqlite3'
import * as v from 'valibot'
import type { Series } from '../../src-preload/contract.ts'
import { chunkPoints, chunkRecords, fanOut, recordLength, RecordSum } from './curve-layout.ts'
import { type Curve, downsample } from './downsample.ts'

/** A part of the x axis, both ends included. */
export interface Span {
  from: number
  to: number
}

const seriesRow = v.object({ id: v.number(), n: v.number() })
const pointsRow = v.object({
  n: v.number(),
  x0: v.number(),
  stride: v.nullable(v.number()),
  x: v.nullable(v.instance(Uint8Array)),
  y: v.instance(Uint8Array),
})
const recordsRow = v.object({ data: v.instance(Uint8Array) })

export class CurveReader {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /**
   * @param points at most this many are given back (4 or more)
   * @returns a subset of the points in their order: all, or the first, the last, and lowest and highest of each bucket
   */
  read(name: Series['name'], points: number, within: Span | null = null): Curve {
    // one transaction, so that a flush of the writer does not come between the chunks
    return this.#db.transaction(() => this.#read(name, Math.max(4, Math.floor(points)), within))()
  }

  #read(name: string, points: number, within: Span | null): Curve {
    const row = v.safeParse(seriesRow, this.#db.prepare('SELECT id, n FROM series WHERE name = ?').get(name))
    if (!row.success) return { x: new Float64Array(), y: new Float64Array() }
    const { id, n } = row.output
    const start = within ? this.#firstFrom(id, n, (x) => x >= within.from) : 0
    const end = within ? this.#firstFrom(id, n, (x) => x > within.to) : n
    const level = Math.floor(Math.log((end - start) / points) / Math.log(fanOut) + 1e-9)
    if (level < 1) return downsample(this.#points(id, start, end), points)
    return this.#fromRecords(id, start, end, level, points)
  }

  /** Points [start, end): whole records of the level in the middle, single points where the ends cut one. */
  #fromRecords(id: number, start: number, end: number, level: number, points: number): Curve {
    const width = fanOut ** level
    const first = Math.ceil(start / width)
    const n = this.#length(id)
    const last = end === n ? Math.ceil(n / width) : Math.floor(end / width)
    const records = this.#records(id, level, first, last)
    const count = records.length / recordLength
    const head = this.#points(id, start, first * width)
    const tail = this.#points(id, last * width, end)
    const buckets = Math.floor((points - 2) / 2)
    const curve = new Drawn(points)
    const [firstPoint, lastPoint] = [this.#points(id, start, start + 1), this.#points(id, end - 1, end)]
    curve.point(firstPoint.x[0], firstPoint.y[0])
    for (let b = 0; b < buckets; b++) {
      const bucket = new RecordSum()
      if (b === 0) addPoints(bucket, head)
      for (let r = Math.floor((b * count) / buckets); r < Math.floor(((b + 1) * count) / buckets); r++) {
        const at = r * recordLength
        bucket.extremes(records[at]!, records[at + 1]!, records[at + 3]!, records[at + 4]!)
      }
      if (b === buckets - 1) addPoints(bucket, tail)
      curve.bucket(bucket)
    }
    curve.point(lastPoint.x[0], lastPoint.y[0])
    return curve.curve()
  }

  /** @returns records [first, last) of a level, five numbers each */
  #records(id: number, level: number, first: number, last: number): Float64Array {
    if (last <= first) return new Float64Array()
    const from = Math.floor(first / chunkRecords)
    const to = Math.floor((last - 1) / chunkRecords)
    const chunks = this.#db
      .prepare('SELECT data FROM records WHERE series = ? AND level = ? AND seq BETWEEN ? AND ? ORDER BY seq')
      .all(id, level, from, to)
      .map((row) => v.parse(recordsRow, row).data)
    const skipped = first - from * chunkRecords
    return float64(chunks).subarray(skipped * recordLength, (skipped + last - first) * recordLength)
  }

  /** Points [start, end) as they were written. */
  #points(id: number, start: number, end: number): Curve {
    if (end <= start) return empty
    const from = Math.floor(start / chunkPoints)
    const rows = this.#db
      .prepare('SELECT n, x0, stride, x, y FROM points WHERE series = ? AND seq BETWEEN ? AND ? ORDER BY seq')
      .all(id, from, Math.floor((end - 1) / chunkPoints))
    const x = new Float64Array(rows.length * chunkPoints)
    const y = new Float64Array(rows.length * chunkPoints)
    let at = 0
    for (const raw of rows) {
      const chunk = v.parse(pointsRow, raw)
      const exact = chunk.x ? float64([chunk.x]) : null
      for (let i = 0; i < chunk.n; i++) x[at + i] = exact ? exact[i]! : chunk.x0 + i * (chunk.stride ?? 0)
      y.set(chunk.y.byteLength === chunk.n * 4 ? float32(chunk.y) : float64([chunk.y]), at)
      at += chunk.n
    }
    const skipped = start - from * chunkPoints
    return { x: x.slice(skipped, skipped + end - start), y: y.slice(skipped, skipped + end - start) }
  }

  /** The index of the first point whose x passes; n when none does. x only grows. */
  #firstFrom(id: number, n: number, passes: (x: number) => boolean): number {
    const first = this.#db
      .prepare<[number, number], number>('SELECT x0 FROM points WHERE series = ? AND seq = ?')
      .pluck()
    let low = 0
    let high = Math.ceil(n / chunkPoints) // the first chunk that begins with a passing point lies in [low, high]
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      if (passes(first.get(id, middle) ?? Infinity)) high = middle
      else low = middle + 1
    }
    const before = Math.max(0, low - 1) * chunkPoints
    const { x } = this.#points(id, before, Math.min(n, before + chunkPoints))
    const inside = x.findIndex(passes)
    return inside === -1 ? before + x.length : before + inside
  }

  #length(id: number): number {
    return this.#db.prepare<[number], number>('SELECT n FROM series WHERE id = ?').pluck().get(id) ?? 0
  }
}

const layout1Row = v.object({ x: v.instance(Uint8Array), y: v.instance(Uint8Array) })

/** Curves of the first layout: chunks of Float64 pairs without a pyramid, read whole. */
export function readLayout1(db: Database, name: Series['name'], points: number): Curve {
  const rows = db.prepare('SELECT x, y FROM chunk WHERE series = ? ORDER BY seq').all(name)
  const chunks = rows.map((row) => v.parse(layout1Row, row))
  return downsample({ x: float64(chunks.map((c) => c.x)), y: float64(chunks.map((c) => c.y)) }, points)
}

const empty: Curve = { x: new Float64Array(), y: new Float64Array() }

function addPoints(bucket: RecordSum, { x, y }: Curve): void {
  for (let i = 0; i < x.length; i++) bucket.point(x[i]!, y[i]!)
}

/** A curve as it is drawn: no point twice. */
class Drawn {
  readonly #x: Float64Array
  readonly #y: Float64Array
  #n = 0

  constructor(most: number) {
    this.#x = new Float64Array(most)
    this.#y = new Float64Array(most)
  }

  point(x: number | undefined, y: number | undefined): void {
    if (x === undefined || y === undefined || (this.#n > 0 && this.#x[this.#n - 1] === x)) return
    this.#x[this.#n] = x
    this.#y[this.#n++] = y
  }

  bucket({ low, high, xOfLow, xOfHigh, parts }: RecordSum): void {
    if (parts === 0) return
    if (xOfLow <= xOfHigh) {
      this.point(xOfLow, low)
      this.point(xOfHigh, high)
    } else {
      this.point(xOfHigh, high)
      this.point(xOfLow, low)
    }
  }

  curve(): Curve {
    return { x: this.#x.slice(0, this.#n), y: this.#y.slice(0, this.#n) }
  }
}

/** SQLite's blobs start at any address; typed arrays need their own alignment, so the bytes are copied once. */
export function aligned(pieces: readonly Uint8Array[]): ArrayBuffer {
  const whole = new Uint8Array(pieces.reduce((bytes, piece) => bytes + piece.byteLength, 0))
  let offset = 0
  for (const piece of pieces) {
    whole.set(piece, offset)
    offset += piece.byteLength
  }
  return whole.buffer
}

function float64(pieces: readonly Uint8Array[]): Float64Array {
  return new Float64Array(aligned(pieces))
}

function float32(piece: Uint8Array): Float32Array {
  return new Float32Array(aligned([piece]))
}
