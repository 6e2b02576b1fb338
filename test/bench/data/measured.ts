/** One measured task in a process of its own, so that memory starts fresh: what it took, as the operating system counts it. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

export interface Measured {
  wallMs: number
  /** Null where another program did the work. */
  cpuMs: number | null
  /** Peak resident memory of the process; null where another program did the work. */
  rssMb: number | null
  /** What the task says of itself. */
  result: Record<string, number>
}

const run = promisify(execFile)

/** @throws Error with what the task printed when it failed */
export async function measure(task: string, ...args: string[]): Promise<Measured> {
  const entry = join(import.meta.dirname, 'task.ts')
  const { stdout } = await run(process.execPath, ['--disable-warning=ExperimentalWarning', entry, task, ...args], {
    maxBuffer: 1 << 26,
  })
  const line = stdout.trim().split('\n').at(-1) ?? ''
  return JSON.parse(line) as Measured
}

/** The median over passes, number by number. */
export function median(passes: Measured[]): Measured {
  const known = (of: (m: Measured) => number | null): number | null =>
    passes.every((m) => of(m) !== null) ? middle((m) => of(m) ?? Number.NaN) : null
  const middle = (of: (m: Measured) => number): number =>
    passes.map(of).sort((a, b) => a - b)[Math.floor(passes.length / 2)] ?? Number.NaN
  const keys = Object.keys(passes[0]?.result ?? {})
  return {
    wallMs: middle((m) => m.wallMs),
    cpuMs: known((m) => m.cpuMs),
    rssMb: known((m) => m.rssMb),
    result: Object.fromEntries(keys.map((key) => [key, middle((m) => m.result[key] ?? Number.NaN)])),
  }
}
