/** Titles, genres and tags that look like MovieLens' to a reader: quotes, commas, accents, years, missing genres. */
import type { Random } from '../../../src-main/learning/random.ts'

const syllables =
  'an ber cal dor el fan gar hol in jan kor lam mer nor os pal quin ros ser tan ul ver wil xen yor zan mi na ta re so lu'.split(
    ' ',
  )
const accents = ['é', 'è', 'ö', 'ç', 'ñ', 'å']
const articles = ['The', 'A', 'An', 'La', 'Les']
const genreNames =
  'Action|Adventure|Animation|Children|Comedy|Crime|Documentary|Drama|Fantasy|Film-Noir|Horror|IMAX|Musical|Mystery|Romance|Sci-Fi|Thriller|War|Western'.split(
    '|',
  )

export class Text {
  readonly #random: Random

  constructor(random: Random) {
    this.#random = random
  }

  #chance(share: number): boolean {
    return this.#random.next() < share
  }
  #of<T>(values: readonly T[]): T {
    return values[Math.floor(this.#random.next() * values.length)]!
  }

  word(): string {
    let word = ''
    for (let n = Math.floor(this.#random.next() * 3); n >= 0; n--) word += this.#of(syllables)
    if (this.#chance(0.03)) word += this.#of(accents)
    return word[0]!.toUpperCase() + word.slice(1)
  }

  words(most: number): string {
    const n = 1 + Math.floor(this.#random.next() * this.#random.next() * most)
    return Array.from({ length: n }, () => this.word()).join(' ')
  }

  title(): string {
    let title = this.words(6)
    if (this.#chance(0.18)) title += `, ${this.#of(articles)}`
    if (this.#chance(0.09)) title += ` (${this.word()} ${this.word()})`
    if (this.#chance(0.008)) title = `"${title}" ${this.word()}`
    return `${title} (${1902 + Math.floor(118 * this.#random.next() ** 0.4)})`
  }

  genres(): string {
    if (this.#chance(0.08)) return '(no genres listed)'
    const n = 1 + Math.floor(this.#random.next() * this.#random.next() * 5)
    const chosen = new Set<string>()
    while (chosen.size < n) chosen.add(genreNames[Math.floor(this.#random.next() ** 1.3 * genreNames.length)]!)
    return [...chosen].sort().join('|')
  }

  tag(): string {
    let tag = this.words(3)
    if (this.#chance(0.6)) tag = tag.toLowerCase()
    if (this.#chance(0.01)) tag += `, ${this.word()}`
    return this.#chance(0.003) ? `"${tag}"` : tag
  }
}

/** A field of a CSV, quoted where RFC 4180 asks for it. */
export function csvField(text: string): string {
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
