/** Words and character n-grams of a text, and the columns they hash to. */

/** Compatibility decomposition without marks, lower case: "Amélie" and "AMELIE" are one word. */
export function normalise(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
}

/**
 * Runs of letters and digits of the normalised text; an apostrophe inside a word is dropped ("andy's" -> "andys"), and so are single
 * Latin letters ("a", the parts of "a.k.a."), which say nothing.
 */
export function words(text: string): string[] {
  return (
    normalise(text)
      .replace(/(?<=\p{L})['’](?=\p{L})/gu, '')
      .match(/[\p{L}\p{N}]+/gu) ?? []
  ).filter((word) => !/^[a-z]$/.test(word))
}

/** The words themselves and each pair of neighbours, joined by one space. */
export function wordGrams(list: string[]): string[] {
  const out = list.slice()
  for (let i = 1; i < list.length; i++) out.push(`${list[i - 1]!} ${list[i]!}`)
  return out
}

/** Character n-grams of each word with its boundaries marked by spaces (as scikit-learn's `char_wb`), from..to characters. */
export function characterGrams(list: string[], from: number, to: number): string[] {
  const out: string[] = []
  for (const word of list) {
    const padded = [` `, ...word, ` `]
    for (let n = from; n <= to; n++)
      for (let i = 0; i + n <= padded.length; i++) out.push(padded.slice(i, i + n).join(''))
  }
  return out
}

/**
 * Column of a term among 2^bits: FNV-1a over the UTF-16 code units, folded by exclusive or to `bits` bits
 * (Fowler, Noll, Vo: http://www.isthe.com/chongo/tech/comp/fnv/, "xor-folding"). @param bits 1..31
 */
export function column(term: string, bits: number): number {
  let h = 0x811c9dc5
  for (let i = 0; i < term.length; i++) h = Math.imul(h ^ term.charCodeAt(i), 0x01000193)
  return (h ^ (h >>> bits)) & ((1 << bits) - 1)
}
