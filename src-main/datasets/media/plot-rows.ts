/** The plots of a table as one kind of id reads them: which movies they would be of, and what would be left out. */
import { Findings } from '../importing/findings.ts'
import { type Key, type KeyFit, type MovieKeys, readKey } from './media-keys.ts'

/** A plot is a paragraph or a few pages; what is longer is cut here. */
export const maxPlotLength = 20_000
/** What databases write where they know no plot. */
const nothing = /^(no overview( found)?|n\/?a|none|null|nan|unknown|-)?\.?$/i

export class KeyedPlots {
  readonly key: Key
  /** Movie id -> plot, without line ends. */
  readonly texts = new Map<number, string>()
  readonly findings = new Findings()
  readonly #file: string
  readonly #movies: MovieKeys
  readonly #fitted = new Set<number>()
  #entries = 0

  constructor(key: Key, file: string, movies: MovieKeys) {
    this.key = key
    this.#file = file
    this.#movies = movies
  }

  add(field: string, text: string, line: number): void {
    const note = (reason: string, treatment: 'removed' | 'repaired' = 'removed'): void =>
      this.findings.add(this.#file, reason, treatment, line, `${field},${text.slice(0, 200)}`)
    const id = readKey(this.key, field)
    if (id === null) return note(field.trim() === '' ? `no ${this.key} in the row` : `wrong type: the ${this.key} is not a whole number`) // prettier-ignore
    const known = this.#movies.of(this.key, id)
    if (known.length === 0) return note('plot of a movie that is not in the data set')
    this.#entries++
    for (const movieId of known) this.#fitted.add(movieId)
    const plain = text
      .slice(0, 4 * maxPlotLength)
      .replace(/\s+/g, ' ')
      .trim()
    if (nothing.test(plain)) return note('empty plot')
    if (plain.length > maxPlotLength) note(`plot of more than ${maxPlotLength} letters: cut off there`, 'repaired')
    for (const movieId of known) {
      if (this.texts.has(movieId)) note('second plot of a movie: the first is kept')
      else this.texts.set(movieId, plain.slice(0, maxPlotLength))
    }
  }

  fit(): KeyFit {
    return { key: this.key, entries: this.#entries, movies: this.#fitted.size }
  }
}
