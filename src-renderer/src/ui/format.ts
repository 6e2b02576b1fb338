/** How numbers, spans and sizes are written, the same on every screen. English, thin and short; null is a dash. */
const count = new Intl.NumberFormat('en-US')
const dayFormat = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' })

export function formatCount(value: number | null): string {
  return value === null ? '–' : count.format(value)
}

/** 0.26 -> '0.2600' with 4 digits. */
export function formatNumber(value: number | null, digits = 4): string {
  return value === null || Number.isNaN(value) ? '–' : value.toFixed(digits)
}

/** 0.256 -> '25.6 %' */
export function formatPercent(fraction: number | null, digits = 1): string {
  return fraction === null || Number.isNaN(fraction) ? '–' : `${(fraction * 100).toFixed(digits)} %`
}

/** @param bytes decimal units: 1 MB = 10^6 bytes */
export function formatBytes(bytes: number | null): string {
  if (bytes === null) return '–'
  for (const [unit, size] of [
    ['GB', 1e9],
    ['MB', 1e6],
    ['kB', 1e3],
  ] as const)
    if (bytes >= size) return `${(bytes / size).toFixed(bytes >= size * 100 ? 0 : 1)} ${unit}`
  return `${bytes} B`
}

/** Seconds -> '0.3 s', '45 s', '3 min 20 s', '2 h 5 min' */
export function formatDuration(seconds: number | null): string {
  if (seconds === null) return '–'
  if (seconds > 0 && seconds < 0.05) return '< 0.1 s'
  if (seconds < 10) return `${seconds < 0.95 ? seconds.toFixed(1) : Math.round(seconds)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600)
    return whole % 60 && whole < 600 ? `${Math.floor(whole / 60)} min ${whole % 60} s` : `${Math.round(whole / 60)} min`
  return `${Math.floor(whole / 3600)} h ${Math.round((whole % 3600) / 60)} min`
}

/** Milliseconds since 1970 -> '29 Mar 1996' */
export function formatDay(time: number): string {
  return dayFormat.format(time)
}

/** '1996 – 2018'; one year alone when both are the same. */
export function formatYears(from: number, to: number): string {
  const first = new Date(from).getUTCFullYear()
  const last = new Date(to).getUTCFullYear()
  return first === last ? String(first) : `${first} – ${last}`
}

/** 'one rating', '2 ratings' */
export function formatPlural(value: number, one: string, many = `${one}s`): string {
  return `${formatCount(value)} ${value === 1 ? one : many}`
}
