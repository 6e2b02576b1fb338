/** Numbers on axes and in tooltips. */

/** Four significant digits, or a whole number as it is; without an exponent where the number is readable without it. */
export function formatValue(value: number): string {
  if (!Number.isFinite(value)) return '–'
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(2)
  if (size >= 1000 || Number.isInteger(value)) return Math.round(value).toLocaleString('en-US')
  return size >= 100 ? value.toFixed(1) : size >= 1 ? value.toFixed(3) : value.toFixed(4)
}

/** As short as an axis label can be: 0.05, 1.2k, 3M, 1e-4. */
export function formatTick(value: number): string {
  const size = Math.abs(value)
  if (size === 0) return '0'
  if (size < 1e-3) return value.toExponential(0)
  if (size >= 1e6) return `${Number((value / 1e6).toPrecision(3))}M`
  if (size >= 1e4) return `${Number((value / 1e3).toPrecision(3))}k`
  return String(Number(value.toPrecision(4)))
}
