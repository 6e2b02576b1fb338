/** The places of the largest value as it is shown: what rounds to the same four digits is equally good. */
export function bestIn(values: (number | undefined)[]): Set<number> {
  const shown = values.map((v) => (v === undefined || !Number.isFinite(v) ? null : Number(v.toFixed(4))))
  const top = shown.reduce<number>((a, b) => (b === null ? a : Math.max(a, b)), -Infinity)
  return new Set(shown.flatMap((v, i) => (v === top ? [i] : [])))
}
