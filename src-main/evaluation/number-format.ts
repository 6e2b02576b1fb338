/** How numbers are written in sentences, tables and reports: one way everywhere. */
import type { Interval } from '../../src-preload/contract.ts'

export const MINUS = '−'

/** 0.0537 -> '0.054'; negative numbers with a true minus. A value that rounds to nothing has no sign. */
export function decimal(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return 'n/a'
  const text = Math.abs(value).toFixed(digits)
  return value < 0 && Number(text) !== 0 ? `${MINUS}${text}` : text
}

/** With its sign: '+0.054', '−0.012', '0.000'. */
export function signed(value: number, digits = 3): string {
  const text = decimal(value, digits)
  return value > 0 && Number(text) !== 0 ? `+${text}` : text
}

/** '[0.046, 0.062]' */
export function interval({ low, high }: Interval, digits = 3): string {
  return `[${decimal(low, digits)}, ${decimal(high, digits)}]`
}

/** '± 0.004': half of an interval's width. */
export function plusMinus({ low, high }: Interval, digits = 3): string {
  return `± ${decimal((high - low) / 2, digits)}`
}

/** Three digits, and more where fewer would show a value as 0. */
export function digitsFor(value: number): number {
  const size = Math.abs(value)
  return size >= 0.001 || size === 0 ? 3 : Math.min(6, Math.ceil(-Math.log10(size)) + 1)
}

/** 'p < .001', 'p = .034': three digits, no zero before the point. */
export function pValue(p: number): string {
  return p < 0.001 ? 'p < .001' : `p = ${p.toFixed(3).replace(/^0/, '')}`
}

/** '***' p < .001, '**' p < .01, '*' p < .05, '' otherwise. */
export function stars(p: number): string {
  return p < 0.001 ? '***' : p < 0.01 ? '**' : p < 0.05 ? '*' : ''
}

/** 4.2 -> '4.2 s', 75 -> '1 min 15 s', 3700 -> '1 h 2 min' */
export function duration(seconds: number): string {
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  const minutes = Math.floor(whole / 60)
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** 90274 -> '90,274' */
export function count(value: number): string {
  return value.toLocaleString('en-US')
}
