/**
 * '1, 2, 3' as numbers: separated by commas, semicolons or spaces; '1-5' is a range. What is not a whole number becomes NaN, so that the
 * form can say so at its field. Repeated numbers stay, for the same reason.
 */
export function parseWholeNumbers(text: string): number[] {
  return text
    .split(/[\s,;]+/)
    .filter((part) => part !== '')
    .flatMap((part) => {
      const range = /^(\d{1,9})-(\d{1,9})$/.exec(part)
      if (!range) return [/^\d{1,9}$/.test(part) ? Number(part) : Number.NaN]
      const [from, to] = [Number(range[1]), Number(range[2])]
      return to < from || to - from > 999 ? [Number.NaN] : Array.from({ length: to - from + 1 }, (_, i) => from + i)
    })
}
