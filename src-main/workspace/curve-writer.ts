/** Writes the points of curves and their pyramid as they come: full chunks once, the tail of each level again with every flush. */
import type { Database, Statement } from 'better-sqlite3'
import type { Series } from '../../src-preload/contract.ts'
import { chunkPoints, chunkRecords, fanOut, packed, recordLength, RecordSum, strideOf } from './curve-layout.ts'

export class CurveWriter {
  readonly #curves = new Map<Series['name'], Curve>()
  readonly #statements: Statements
  readonly #insert: Statement
  readonly #setLength: Statement

  constructor(db: Database) {
    this.#statements = {
      points: db.prepare(`INSERT INTO points VALUES(?, ?, ?, ?, ?, ?, ?) ON CONFLICT(series, seq) DO UPDATE
        SET n = excluded.n, x0 = excluded.x0, stride = excluded.stride, x = excluded.x, y = excluded.y`),
      records: db.prepare(`INSERT INTO records VALUES(?, ?, ?, ?, ?) ON CONFLICT(series, level, seq) DO UPDATE
        SET n = excluded.n, data = excluded.data`),
    }
    this.#insert = db.prepare('INSERT INTO series(name, n) VALUES(?, 0)')
    this.#setLength = db.prepare('UPDATE series SET n = ? WHERE id = ?')
  }

  /** Call within a transaction: a reader then sees all of it or nothing. */
  append({ name, x, y }: Series): void {
    if (x.length === 0) return
    let curve = this.#curves.get(name)
    if (!curve)
      this.#curves.set(name, (curve = new Curve(Number(this.#insert.run(name).lastInsertRowid), this.#statements)))
    for (let i = 0; i < x.length; i++) curve.add(x[i]!, y[i]!) // a curve has as many y as x
    curve.flush()
    this.#setLength.run(curve.length, curve.id)
  }
}

interface Statements {
  points: Statement
  records: Statement
}

class Curve {
  readonly id: number
  length = 0
  readonly #statements: Statements
  readonly #levels: Level[] = []
  #seq = 0
  #x: number[] = []
  #y: number[] = []

  constructor(id: number, statements: Statements) {
    this.id = id
    this.#statements = statements
  }

  add(x: number, y: number): void {
    if (this.#x.length === chunkPoints) {
      this.#writePoints()
      this.#seq++
      this.#x = []
      this.#y = []
    }
    this.#x.push(x)
    this.#y.push(y)
    this.length++
    const level = this.#level(0)
    level.open.point(x, y)
    if (level.open.parts === fanOut) this.#close(0)
  }

  /** Writes what has no full chunk yet, open records included. */
  flush(): void {
    this.#writePoints()
    let below: RecordSum | null = null
    for (const level of this.#levels) {
      const open = level.open.copy()
      if (below) open.record(below)
      level.write(open.parts > 0 ? open : null)
      below = open.parts > 0 ? open : null
    }
  }

  #close(index: number): void {
    const level = this.#level(index)
    const record = level.open
    level.push(record)
    const above = this.#level(index + 1)
    above.open.record(record)
    if (above.open.parts === fanOut) this.#close(index + 1)
  }

  #level(index: number): Level {
    return (this.#levels[index] ??= new Level(this.id, index + 1, this.#statements.records))
  }

  #writePoints(): void {
    const stride = strideOf(this.#x)
    const x = stride === null ? bytes(Float64Array.from(this.#x)) : null
    this.#statements.points.run(this.id, this.#seq, this.#x.length, this.#x[0] ?? 0, stride, x, bytes(packed(this.#y)))
  }
}

/** One level of a curve: the records of the chunk that is not full yet, and the record that is not complete yet. */
class Level {
  open = new RecordSum()
  readonly #series: number
  readonly #level: number
  readonly #upsert: Statement
  #seq = 0
  #records: number[] = []

  constructor(series: number, level: number, upsert: Statement) {
    this.#series = series
    this.#level = level
    this.#upsert = upsert
  }

  push(record: RecordSum): void {
    this.#records.push(...record.values())
    this.open = new RecordSum()
    if (this.#records.length < chunkRecords * recordLength) return
    this.write(null)
    this.#seq++
    this.#records = []
  }

  write(open: RecordSum | null): void {
    const data = Float64Array.from(open ? [...this.#records, ...open.values()] : this.#records)
    if (data.length > 0) this.#upsert.run(this.#series, this.#level, this.#seq, data.length / recordLength, bytes(data))
  }
}

function bytes(array: Float32Array | Float64Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
}
