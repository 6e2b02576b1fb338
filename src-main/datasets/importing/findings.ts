/** Collects what cleaning finds, by file and reason, with the first places of each. */
import type { CleaningFinding } from '../../../src-preload/contract.ts'
import { ImportError } from './import-error.ts'

/** Places kept of each finding, and characters kept of each. */
const maxExamples = 200
const maxText = 200

/** One finding while it is counted. Loops over millions of rows count here and ask before they make an example. */
export class Finding {
  readonly file: string
  readonly reason: string
  readonly treatment: CleaningFinding['treatment']
  readonly examples: CleaningFinding['examples'] = []
  count = 0

  constructor(file: string, reason: string, treatment: CleaningFinding['treatment']) {
    this.file = file
    this.reason = reason
    this.treatment = treatment
  }

  get wantsExample(): boolean {
    return this.examples.length < maxExamples
  }

  /** @param line 1-based; 0 where a finding has no line */
  example(line: number, text: string): void {
    if (this.wantsExample) this.examples.push({ line, text: excerpt(text) })
  }

  clear(): void {
    this.count = 0
    this.examples.length = 0
  }
}

export class Findings {
  readonly #byReason = new Map<string, Finding>()

  /** @param line 1-based; 0 where a finding has no line */
  add(file: string, reason: string, treatment: CleaningFinding['treatment'], line: number, text: string): void {
    const finding = this.of(file, reason, treatment)
    finding.count++
    finding.example(line, text)
  }

  /** The one finding of this reason, to be counted in a loop; it is listed once it has been met. */
  of(file: string, reason: string, treatment: CleaningFinding['treatment']): Finding {
    const key = `${file}\n${reason}`
    let finding = this.#byReason.get(key)
    if (!finding) this.#byReason.set(key, (finding = new Finding(file, reason, treatment)))
    return finding
  }

  /** What was removed comes first, then what was repaired, then what is only worth knowing. */
  list(): CleaningFinding[] {
    const order = { removed: 0, repaired: 1, kept: 2 }
    return [...this.#byReason.values()]
      .filter((finding) => finding.count > 0)
      .sort((a, b) => order[a.treatment] - order[b.treatment])
      .map(({ file, reason, count, treatment, examples }) => ({ file, reason, count, treatment, examples }))
  }
}

/** A few broken lines are removed and reported; a file that is mostly broken is another kind of file, and is refused. */
const maxBrokenShare = 0.05
const maxBrokenAtStart = 20

/** Counts the broken lines of one file, records each, and refuses the file when they are too many. */
export class BrokenLines {
  readonly #file: string
  readonly #remedy: string
  readonly #findings: Findings
  readonly #headerLines: number
  #first: { line: number; reason: string; text: string } | null = null
  count = 0

  /** @param remedy one sentence: what the file should be */
  constructor(file: string, remedy: string, findings: Findings, headerLines: number) {
    this.#file = file
    this.#remedy = remedy
    this.#findings = findings
    this.#headerLines = headerLines
  }

  /** @throws ImportError when every line so far was broken and that was the 20th */
  add(line: number, reason: string, text: string): void {
    this.count++
    this.#first ??= { line, reason, text: excerpt(text) }
    this.#findings.add(this.#file, reason, 'removed', line, text)
    if (this.count === maxBrokenAtStart && line - this.#headerLines <= maxBrokenAtStart)
      throw this.#refusal(`none of its first ${maxBrokenAtStart} lines can be used`)
  }

  /** To be called at the end of the file. @throws ImportError when more than 5 % of the lines were broken */
  finish(goodLines: number): void {
    const lines = goodLines + this.count
    if (this.count > maxBrokenShare * lines) throw this.#refusal(`${this.count} of its ${lines} lines cannot be used`)
  }

  #refusal(what: string): ImportError {
    const { line, reason, text } = this.#first ?? { line: 0, reason: '', text: '' }
    return new ImportError(
      `${this.#file} is refused: ${what}. The first is line ${line}, "${text}": ${reason}. ${this.#remedy}`,
      { file: this.#file, line },
    )
  }
}

export function excerpt(text: string): string {
  const clean = text.replace(/[\r\n]+/g, ' ').trimEnd()
  return clean.length > maxText ? `${clean.slice(0, maxText)}…` : clean
}
