/**
 * How curves lie in a run's file, and the arithmetic of their pyramid. Level 0 is the points themselves, in chunks of 4096. A record of level k
 * stands for 64^k points in a row: lowest, highest and mean value, and where lowest and highest lie. Any chart is drawn from the coarsest level
 * that has two records a pixel, so its cost does not grow with the run.
 */
export const curveDdl = `
  CREATE TABLE series(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, n INTEGER NOT NULL) STRICT;
  -- x of point i is x0 + i * stride; where that does not hold stride is NULL and x has them all. y is Float32 where nothing is lost by it.
  CREATE TABLE points(
    series INTEGER NOT NULL, seq INTEGER NOT NULL, n INTEGER NOT NULL, x0 REAL NOT NULL, stride REAL, x BLOB, y BLOB NOT NULL,
    UNIQUE(series, seq)
  ) STRICT;
  -- n records of five Float64: low, high, mean, x of low, x of high. The last one of a level may still grow.
  CREATE TABLE records(
    series INTEGER NOT NULL, level INTEGER NOT NULL, seq INTEGER NOT NULL, n INTEGER NOT NULL, data BLOB NOT NULL,
    UNIQUE(series, level, seq)
  ) STRICT;
`

/** Points in a chunk. */
export const chunkPoints = 4096
/** Records in a chunk of a level above. */
export const chunkRecords = 512
/** Records of one level that a record of the next stands for. */
export const fanOut = 64
/** Numbers in a record. */
export const recordLength = 5

/** Values that are not numbers (a loss that diverged) count for none of the three; a record of nothing else is NaN. */
export class RecordSum {
  low = NaN
  high = NaN
  xOfLow = NaN
  xOfHigh = NaN
  #sum = 0
  #count = 0
  /** Points or records taken in. */
  parts = 0

  point(x: number, y: number): void {
    this.parts++
    this.#extremes(y, y, x, x)
    if (Number.isNaN(y)) return
    this.#sum += y
    this.#count++
  }

  record(other: RecordSum): void {
    this.parts++
    this.#extremes(other.low, other.high, other.xOfLow, other.xOfHigh)
    this.#sum += other.#sum
    this.#count += other.#count
  }

  /** A stored record: it brings no mean, which is of no use to a chart's bucket. */
  extremes(low: number, high: number, xOfLow: number, xOfHigh: number): void {
    this.parts++
    this.#extremes(low, high, xOfLow, xOfHigh)
  }

  copy(): RecordSum {
    const copy = new RecordSum()
    copy.record(this)
    copy.parts = this.parts
    return copy
  }

  values(): [low: number, high: number, mean: number, xOfLow: number, xOfHigh: number] {
    return [this.low, this.high, this.#sum / this.#count, this.xOfLow, this.xOfHigh]
  }

  #extremes(low: number, high: number, xOfLow: number, xOfHigh: number): void {
    if (!(this.low <= low) && !(Number.isNaN(low) && this.parts > 1)) {
      this.low = low
      this.xOfLow = xOfLow
    }
    if (!(this.high >= high) && !(Number.isNaN(high) && this.parts > 1)) {
      this.high = high
      this.xOfHigh = xOfHigh
    }
  }
}

/** @returns the distance of neighbours when it is the same everywhere, else null. One point has the distance 0. */
export function strideOf(x: readonly number[]): number | null {
  const [first = 0, second = first] = x
  const stride = second - first
  for (let i = 0; i < x.length; i++) if (x[i] !== first + i * stride) return null
  return stride
}

/** Float32 where it holds every value exactly, which losses and learning rates out of a Float32 computation are; else Float64. */
export function packed(y: readonly number[]): Float32Array | Float64Array {
  for (const value of y) if (Math.fround(value) !== value && !Number.isNaN(value)) return Float64Array.from(y)
  return Float32Array.from(y)
}
