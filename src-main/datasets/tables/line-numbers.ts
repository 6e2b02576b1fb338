/** Where a row stood in its file: rows are numbered without the lines that are none (header, blank, broken), the report speaks of lines. */
import { GrowingWords } from '../../workspace/growing-words.ts'

export class LineNumbers {
  /** Lines that are no row, ascending. */
  readonly #skipped = new GrowingWords()

  skip(line: number): void {
    this.#skipped.push(line)
  }

  /** @param row 0-based  @returns 1-based. Good for rows before the last skipped line, or when all are known. */
  lineOf(row: number): number {
    const skipped = this.#skipped.values()
    let low = 0
    let high = skipped.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (skipped[middle]! - middle <= row + 1) low = middle + 1
      else high = middle
    }
    return row + 1 + low
  }
}
