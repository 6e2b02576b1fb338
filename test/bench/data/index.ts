// npm run bench:data -- --scale 25m: import, load, inspect and cancel on a look-alike of MovieLens 25M, beside sqlite3 and DuckDB in the same run.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { sizeOf } from '../look-alike/sizes.ts'
import { writeLookAlike } from '../look-alike/write.ts'
import { measure, median, type Measured } from './measured.ts'

const { values } = parseArgs({
  options: {
    scale: { type: 'string', default: '2.5m' },
    passes: { type: 'string', default: '3' },
    /** Where the look-alike is kept between runs; without it, it is made and thrown away. */
    folder: { type: 'string' },
  },
})
const size = sizeOf(values.scale)
const passes = Number(values.passes)
const scratch = mkdtempSync(join(tmpdir(), 'crossreel-bench-'))
const kept = values.folder === undefined ? join(scratch, 'data') : resolve(values.folder)
const folder = join(kept, `look-alike-${values.scale}`)
const zip = `${folder}.zip`

try {
  prepare()
  await bench()
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

function prepare(): void {
  mkdirSync(kept, { recursive: true })
  if (!existsSync(join(folder, 'tags.csv'))) {
    console.log(`Writing ${size.ratings.toLocaleString('en-US')} ratings into ${folder}`)
    writeLookAlike(folder, size, 42)
  }
  if (has('zip') && !existsSync(zip)) execFileSync('zip', ['-q', '-r', zip, '.', '-i', '*.csv'], { cwd: folder })
}

async function bench(): Promise<void> {
  const place = (name: string): string => join(scratch, name)
  const ours = place('ours/dataset.db')
  const duck = place('ratings.duckdb')
  mkdirSync(place('ours'), { recursive: true })
  console.log(`${cpus()[0]?.model ?? 'processor'}, ${availableParallelism()} threads, Node ${process.version}`)

  const zipped = existsSync(zip) && has('unzip')
  const imports = await interleaved({
    'Crossreel, folder, everything': ['import', folder, ours],
    ...(has('sqlite3') ? { 'sqlite3 .import, ratings only': ['sqlite-import', folder, place('cli.db')] } : {}),
    'DuckDB read_csv, ratings only': ['duckdb-import', folder, duck],
    ...(zipped
      ? {
          'Crossreel, zip, everything': ['import', zip, place('ours/zipped.db')],
          'unzip + DuckDB, ratings only': ['duckdb-unzip-import', zip, place('unzipped'), duck],
        }
      : {}),
  })
  table('Import', imports)
  ratio(
    'folder / sqlite3 .import (target 0.15)',
    imports,
    'Crossreel, folder, everything',
    'sqlite3 .import, ratings only',
  )
  ratio('folder / DuckDB (target 1.0)', imports, 'Crossreel, folder, everything', 'DuckDB read_csv, ratings only')
  ratio('zip / unzip + DuckDB (target 0.65)', imports, 'Crossreel, zip, everything', 'unzip + DuckDB, ratings only')

  const loads = await interleaved({ Crossreel: ['load', ours], 'DuckDB stream': ['duckdb-load', duck] })
  table('Load into typed arrays', loads)
  ratio('load / DuckDB (target 0.25)', loads, 'Crossreel', 'DuckDB stream')

  const usualMs = String(imports.get('Crossreel, folder, everything')?.wallMs ?? 2500)
  mkdirSync(place('cancelled'), { recursive: true })
  table(
    'Latency',
    await interleaved({
      "a user's history (targets 0.25 / 2 ms, heaviest 15)": ['history', ours],
      'title search (target p99 5 ms)': ['search', ours],
      'cancel of an import (target p99 150 ms)': ['cancel', folder, place('cancelled/dataset.db'), usualMs],
    }),
  )
}

/** Every task once, then every task again, so that a slow minute falls on all of them. */
async function interleaved(tasks: Record<string, string[]>): Promise<Map<string, Measured>> {
  const measured = new Map<string, Measured[]>(Object.keys(tasks).map((label) => [label, []]))
  for (let pass = 0; pass < passes; pass++) {
    for (const [label, [task = '', ...args]] of Object.entries(tasks))
      measured.get(label)?.push(await measure(task, ...args))
  }
  return new Map([...measured].map(([label, all]) => [label, median(all)]))
}

function table(title: string, rows: Map<string, Measured>): void {
  console.log(`\n${title} (medians of ${passes})`)
  for (const [label, { wallMs, cpuMs, rssMb, result }] of rows) {
    const own = Object.entries(result)
      .filter(([key]) => key !== 'wallMs' && key !== 'elsewhere')
      .map(([key, value]) => `${key} ${round(value)}`)
    const used = cpuMs === null || rssMb === null ? '' : `cpu ${seconds(cpuMs)}  peak ${rssMb.toFixed(0)} MB`
    console.log(`  ${label.padEnd(54)} wall ${seconds(wallMs)}  ${used}  ${own.join(', ')}`)
  }
}

function ratio(title: string, rows: Map<string, Measured>, ours: string, peer: string): void {
  const [a, b] = [rows.get(ours), rows.get(peer)]
  console.log(
    `  ${title}: ${a && b ? `${(a.wallMs / b.wallMs).toFixed(3)} of its wall time` : 'not measured: a program is missing'}`,
  )
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2).padStart(6)} s`
}

function round(value: number): string {
  return Number.isInteger(value) ? value.toLocaleString('en-US') : value.toPrecision(3)
}

function has(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' })
    return true
  } catch (error) {
    // unzip and zip know no --version and end with another status; a missing program has none
    return typeof (error as { status?: unknown }).status === 'number'
  }
}
