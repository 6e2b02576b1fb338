/** What accompanies an import: its findings, how far it is, how large the file will be, and the turns that let a cancel in. */
import { Pacer } from '../../learning/pacer.ts'
import { Findings } from './findings.ts'
import type { OpenedFormat } from '../formats/format.ts'
import type { ImportProgress } from './import.ts'
import type { SourceFile } from '../sources/source.ts'
import type { Reading } from '../tables/table-reader.ts'

/** Milliseconds between two turns, and the most between two reports of progress. */
const turnEvery = 40
const reportEvery = 100
/** Share of the bar that reading takes; flushing and renaming have the rest. */
const readingShare = 0.95
/** Bytes a rating takes in the file; about how many it takes in a text. */
const writtenEach = 9.1
const readEach = 25

export class ImportReading implements Reading {
  readonly findings = new Findings()
  readonly pacer: Pacer
  readonly #onProgress: (progress: ImportProgress) => void
  readonly #files: SourceFile[]
  readonly #bytes: number
  #read = 0
  #progress: ImportProgress = { phase: 'Opening', fraction: 0 }
  #reportedAt = -Infinity
  #ratings: { rows: () => number; bytes: number; before: number }

  constructor(format: OpenedFormat, options: { signal: AbortSignal; onProgress: (progress: ImportProgress) => void }) {
    this.#onProgress = options.onProgress
    this.#files = filesOf(format)
    this.#bytes = Math.max(1, totalBytes(this.#files))
    this.#ratings = { rows: () => 0, bytes: format.ratings.file.bytes, before: this.#bytes }
    this.pacer = new ReportingPacer(options.signal, turnEvery, () => this.#again())
  }

  onBytes = (bytes: number): void => {
    this.#read += bytes
    this.#progress = { ...this.#progress, fraction: this.#readFraction() }
    this.#again()
  }

  /** Says at once what is being done from here on. */
  begin(phase: string): void {
    this.#progress = { phase, fraction: this.#readFraction() }
    this.#reportedAt = -Infinity
    this.#again()
  }

  done(): void {
    this.#onProgress({ phase: 'Done', fraction: 1 })
  }

  /** From here on the ratings are read; `rows` tells how many are there. */
  beginRatings(rows: () => number): void {
    this.#ratings = { ...this.#ratings, rows, before: this.#read }
    this.begin('Reading ratings')
  }

  /** About how much the data-set file will take: the ratings so far, continued to the end of their file, and the texts. */
  neededBytes(): number {
    const { rows, bytes, before } = this.#ratings
    const share = (this.#read - before) / Math.max(1, bytes)
    const ratings = share > 0.01 ? rows() / Math.min(1, share) : bytes / readEach
    return Math.ceil((totalBytes(this.#files) - bytes + writtenEach * ratings) * 1.1) + 200_000
  }

  #readFraction(): number {
    return readingShare * Math.min(1, this.#read / this.#bytes)
  }

  /** Reports what is being done, at most ten times a second; called at every turn, so that a long step is heard of too. */
  #again(): void {
    const now = performance.now()
    if (now - this.#reportedAt < reportEvery) return
    this.#reportedAt = now
    this.#onProgress(this.#progress)
  }
}

class ReportingPacer extends Pacer {
  readonly #onTurn: () => void

  constructor(signal: AbortSignal, interval: number, onTurn: () => void) {
    super(signal, interval)
    this.#onTurn = onTurn
  }

  override async turn(): Promise<void> {
    await super.turn()
    this.#onTurn()
  }
}

export function filesOf(format: OpenedFormat): SourceFile[] {
  const { ratings, movies, tags, links, genome } = format
  const files = [ratings.file, movies?.file, tags?.file, links?.file, genome?.scores, genome?.tags]
  return files.filter((file) => file !== undefined)
}

export function totalBytes(files: SourceFile[]): number {
  return files.reduce((sum, file) => sum + file.bytes, 0)
}
