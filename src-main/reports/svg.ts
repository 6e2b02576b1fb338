/** Small figures for the report as inline SVG: bars with interval whiskers, and curves. Colours are the report's variables. */
import type { Comparison } from '../../src-preload/contract.ts'
import { decimal, interval } from '../evaluation/number-format.ts'
import { escapeHtml } from './html-style.ts'

const LABEL = 190
const WIDTH = 640
const ROW = 22

/** Horizontal bars from 0, whiskers over the 95 % intervals. */
export function barsSvg({ rows }: Comparison): string {
  const most = Math.max(...rows.map((r) => r.interval.high), 1e-9)
  const x = (value: number): number => round(LABEL + (Math.max(0, value) / most) * (WIDTH - LABEL - 60))
  const bars = rows.map((row, i) => {
    const top = i * ROW + 3
    const middle = top + 8
    const { low, high } = row.interval
    return `<g><title>${escapeHtml(`${row.label}: ${decimal(row.value, 4)} ${interval(row.interval, 4)}`)}</title>
<text x="${LABEL - 8}" y="${middle + 4}" text-anchor="end">${escapeHtml(shorten(row.label))}</text>
<rect x="${LABEL}" y="${top}" width="${round(x(row.value) - LABEL)}" height="16" fill="var(--bar)" opacity="0.75"/>
<path d="M${x(low)} ${middle}H${x(high)}M${x(low)} ${middle - 4}v8M${x(high)} ${middle - 4}v8" stroke="var(--whisker)" fill="none"/>
<text x="${x(high) + 6}" y="${middle + 4}">${decimal(row.value)}</text></g>`
  })
  const height = rows.length * ROW + 4
  return `<svg viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="Bars with 95 % intervals">${bars.join('')}</svg>`
}

export interface Line {
  label: string
  x: number[]
  y: number[]
}

/** Points drawn for a line: a report is read, not zoomed. */
const POINTS = 400

export function curveSvg(lines: Line[], name: string): string {
  const [width, height, left, bottom] = [440, 220, 52, 20]
  const finite = lines.map((l) => thin(l))
  const [x0, x1] = extent(finite.map((l) => l.x))
  const [y0, y1] = extent(finite.map((l) => l.y))
  const x = (v: number): number => round(left + ((v - x0) / (x1 - x0)) * (width - left - 8))
  const y = (v: number): number => round(height - bottom - ((v - y0) / (y1 - y0)) * (height - bottom - 8))
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((s) => y0 + s * (y1 - y0))
  const grid = ticks.map(
    (t) =>
      `<path d="M${left} ${y(t)}H${width - 8}" stroke="var(--line)"/><text x="${left - 6}" y="${y(t) + 4}" text-anchor="end">${short(t)}</text>`,
  )
  const paths = finite.map(
    (l, i) =>
      `<path d="M${l.x.map((v, p) => `${x(v)} ${y(l.y[p] ?? y0)}`).join('L')}" stroke="var(--c${i % 6})" fill="none" stroke-width="1.5"><title>${escapeHtml(l.label)}</title></path>`,
  )
  const legend = finite.map(
    (l, i) =>
      `<g transform="translate(${left} ${height + 12 + 16 * i})"><path d="M0 -4h14" stroke="var(--c${i % 6})" stroke-width="2"/><text x="20">${escapeHtml(l.label)}</text></g>`,
  )
  const axis = `<text x="${left}" y="${height - 4}">${short(x0)}</text><text x="${width - 8}" y="${height - 4}" text-anchor="end">${short(x1)}</text>`
  const total = height + 4 + 16 * finite.length
  return `<svg viewBox="0 0 ${width} ${total}" width="${width}" height="${total}" role="img" aria-label="${escapeHtml(name)}">${grid.join('')}${paths.join('')}${axis}${legend.join('')}</svg>`
}

/** At most `POINTS` points, evenly taken, the last one kept; points that are not finite are left out. */
function thin({ label, x, y }: Line): Line {
  const known = x.flatMap((_, i) => (Number.isFinite(y[i]) && Number.isFinite(x[i]) ? [i] : []))
  const step = Math.max(1, Math.ceil(known.length / POINTS))
  const kept = known.filter((_, i) => i % step === 0 || i === known.length - 1)
  return { label, x: kept.map((i) => x[i] ?? 0), y: kept.map((i) => y[i] ?? 0) }
}

/** Smallest and largest value; never of zero length, so that it can be divided by. */
function extent(columns: number[][]): [number, number] {
  const all = columns.flat()
  if (all.length === 0) return [0, 1]
  const low = Math.min(...all)
  const high = Math.max(...all)
  return high > low ? [low, high] : [low - 0.5, low + 0.5]
}

function short(value: number): string {
  const size = Math.abs(value)
  return size >= 1000 || Number.isInteger(value)
    ? Math.round(value).toLocaleString('en-US')
    : decimal(value, size < 0.1 ? 4 : size < 10 ? 3 : 1)
}

function shorten(label: string): string {
  return label.length <= 30 ? label : `${label.slice(0, 29)}…`
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
