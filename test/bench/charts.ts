/**
 * How long a chart of a long run takes: runs of five million points, written as a job writes them, drawn 1,200 pixels wide from a fresh
 * connection; against one row a point and GROUP BY, in the same process. `node test/bench/charts.ts [--points 5000000] [--runs 8]`
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import Database from 'better-sqlite3'
import { Random } from '../../src-main/learning/random.ts'
import type { Span } from '../../src-main/workspace/curve-reader.ts'
import { RunFile } from '../../src-main/workspace/run-file.ts'
import { RunResults } from '../../src-main/workspace/run-results.ts'

const { values } = parseArgs({
  options: {
    points: { type: 'string', default: '5000000' },
    runs: { type: 'string', default: '8' },
    folder: { type: 'string', default: tmpdir() },
  },
})
const points = Number(values.points)
const runs = Number(values.runs)
const pixels = 1200
/** Points of one flush: a quarter of a second at 40,000 steps a second. */
const flushed = 10_000
const folder = mkdtempSync(join(values.folder, 'crossreel-charts-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

/** A loss that falls, with noise, as a Float32 computation gives it. */
function* losses(seed: number): Generator<{ x: number[]; y: number[] }> {
  const random = new Random(seed)
  for (let n = 0; n < points; n += flushed) {
    const x = Array.from({ length: Math.min(flushed, points - n) }, (_, i) => n + i + 1)
    yield { x, y: x.map((step) => Math.fround(4 / Math.log10(step + 9) + 0.3 * random.normal())) }
  }
}

function timed<T>(work: () => T): { ms: number; result: T } {
  const begun = performance.now()
  const result = work()
  return { ms: performance.now() - begun, result }
}

function spread(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(2)
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`
}
const median = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0

const pathOf = (run: number): string => join(folder, `run-${run}.db`)
const commits: number[] = []
const begun = performance.now()
for (let run = 0; run < runs; run++) {
  const file = new RunFile(pathOf(run))
  for (const { x, y } of losses(run)) commits.push(timed(() => file.append([{ name: 'loss', x, y }])).ms)
  file.close()
}
const seconds = (performance.now() - begun) / 1000 / runs
const megabytes = statSync(pathOf(0)).size / 1e6
console.log(
  `${runs} runs of ${points.toLocaleString('en-US')} points, ${seconds.toFixed(2)} s and ${megabytes.toFixed(1)} MB a run`,
)
console.log(`a flush of ${flushed} points: ${spread(commits)}`)

/** What `runs.series` does: a fresh connection, one curve, closed again. */
function chart(run: number, within: Span | null): number[] {
  const results = RunResults.open(pathOf(run))
  if (!results) throw new Error(`${pathOf(run)} is no run's file.`)
  try {
    return results.series('loss', 2 * pixels, within).y
  } finally {
    results.close()
  }
}

/** Drops the file from the system's cache, where the system lets one (Linux). */
function dropCache(path: string): boolean {
  const { status } = spawnSync('dd', [
    `of=${path}`,
    'oflag=nocache',
    'conv=notrunc,fdatasync',
    'count=0',
    'status=none',
  ])
  return status === 0
}

const random = new Random(99)
const onePercent = (): Span => {
  const from = 1 + random.integer(Math.floor(points * 0.99))
  return { from, to: from + points / 100 }
}
const warm: Record<string, number[]> = { full: [], zoom: [] }
for (let i = 0; i < 500; i++) {
  const run = random.integer(runs)
  warm['full']?.push(timed(() => chart(run, null)).ms)
  warm['zoom']?.push(timed(() => chart(run, onePercent())).ms)
}
console.log(`warm, whole run: ${spread(warm['full'] ?? [])}`)
console.log(`warm, 1 % of it: ${spread(warm['zoom'] ?? [])}`)
if (dropCache(pathOf(0))) {
  for (const [what, span] of [
    ['whole run', () => null],
    ['1 % of it', onePercent],
  ] as const) {
    const cold = Array.from({ length: 60 }, (_, i) => {
      dropCache(pathOf(i % runs))
      return timed(() => chart(i % runs, span())).ms
    })
    console.log(`cold, ${what}: ${spread(cold)}, most ${Math.max(...cold).toFixed(2)} ms`)
  }
} else console.log('cold: not measured, the system has no way to drop a file from its cache')

// the same points as rows
const rows = new Database(join(folder, 'rows.db'))
rows.pragma('journal_mode = WAL')
rows.pragma('synchronous = NORMAL')
rows.exec('CREATE TABLE point(step INTEGER PRIMARY KEY, loss REAL NOT NULL) STRICT')
const insert = rows.prepare('INSERT INTO point VALUES(?, ?)')
const written = timed(() => {
  for (const { x, y } of losses(0)) rows.transaction(() => x.forEach((step, i) => insert.run(step, y[i])))()
})
rows.pragma('wal_checkpoint(TRUNCATE)')
const grouped = rows.prepare<[number, number, number, number], { low: number; high: number }>(
  'SELECT min(loss) AS low, max(loss) AS high FROM point WHERE step BETWEEN ? AND ? GROUP BY (step - CAST(? AS INTEGER)) / CAST(? AS INTEGER)',
)
const group = (from: number, to: number): { low: number; high: number }[] =>
  grouped.all(from, to, from, Math.max(1, Math.ceil((to - from + 1) / pixels)))
const full = Array.from({ length: 3 }, () => timed(() => group(1, points)))
const zoom = Array.from({ length: 20 }, () => {
  const { from, to } = onePercent()
  return timed(() => group(from, to)).ms
})
const size = (statSync(rows.name).size / 1e6).toFixed(1)
console.log(`a row a point: written in ${(written.ms / 1000).toFixed(2)} s, ${size} MB`)
const rowTimes = { full: full.map(({ ms }) => ms), zoom }
for (const [what, times] of Object.entries(rowTimes)) {
  const ratio = median(times) / median(warm[what] ?? [])
  console.log(
    `a row a point, GROUP BY, ${what}: median ${median(times).toFixed(1)} ms, ${ratio.toFixed(0)} times as long`,
  )
}
const drawn = chart(0, null)
const all = full[0]?.result ?? []
const lowest = all.reduce((least, { low }) => Math.min(least, low), Infinity)
const highest = all.reduce((most, { high }) => Math.max(most, high), -Infinity)
const same = Math.min(...drawn) === lowest && Math.max(...drawn) === highest
console.log(`lowest and highest are those of the rows: ${same ? 'yes' : 'NO'}`)
rows.close()
if (!same) process.exitCode = 1
