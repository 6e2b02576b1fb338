// npx node test/bench/rank/index.ts [--size top100|full|sums] [--users N] [--rounds 3] [--threads 2]: the best 100 of all unseen items for every user, in our way
// on one thread and on several, in plain JavaScript, with TensorFlow.js as it comes, and in PyTorch where python3 (or what PYTHON names) has it. Each
// way runs in a process of its own, so that its peak memory is its own; ways alternate, `rounds` times, and medians count. What is prepared once is not
// counted. `full` is the look-alike of MovieLens 25M, ours alone, also with everything that an evaluation does besides: two minutes of one core, or a
// part of that with fewer users.
import { execFile } from 'node:child_process'
import { availableParallelism, cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { disposeWasm } from '../../../src-main/learning/backends/wasm.ts'
import { evaluation } from './evaluation.ts'
import { type Measured, own, plain, stock } from './ways.ts'
import { workloads } from './workload.ts'

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: 'top100' },
    users: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    threads: { type: 'string', default: String(Math.min(2, availableParallelism())) },
    way: { type: 'string' },
  },
})
const threads = Number(values.threads)
const size = workloads[values.size]
if (!size) throw new Error(`There is no size '${values.size}'. Give one of: ${Object.keys(workloads).join(', ')}.`)
const work = { ...size, users: Number(values.users ?? size.users) }

type Result = Measured & { megabytes: number }

if (values.way) {
  const [way, count] = values.way.split(':')
  const measured = await measure(way ?? '', Number(count))
  disposeWasm()
  console.log(JSON.stringify({ ...measured, megabytes: process.resourceUsage().maxRSS / 1000 } satisfies Result))
} else {
  await compare()
}

function measure(way: string, count: number): Promise<Measured> {
  switch (way) {
    case 'plain':
      return plain(work)
    case 'stock':
      return stock(work)
    case 'evaluation':
      return evaluation(work, count)
    default:
      return own(work, count)
  }
}

async function compare(): Promise<void> {
  const { users, items, width, k, seen } = work
  const run = promisify(execFile)
  const ours = (way: string) => (): Promise<{ stdout: string }> =>
    run(process.execPath, [import.meta.filename, '--size', values.size, '--users', String(users), '--way', way])
  const torch = (count: number) => (): Promise<{ stdout: string }> =>
    run(process.env['PYTHON'] ?? 'python3', [
      join(import.meta.dirname, 'torch_rank.py'),
      ...[users, items, width, k, seen, count].map(String),
    ])
  const small = values.size !== 'full'
  const ways: { name: string; run: () => Promise<{ stdout: string }> }[] = [
    ...(small ? [{ name: 'plain JavaScript', run: ours('plain') }] : []),
    ...(small && width > 0 ? [{ name: 'stock tfjs-wasm', run: ours('stock') }] : []),
    { name: 'ours, 1 thread', run: ours('own:1') },
    ...(threads > 1 ? [{ name: `ours, ${threads} threads`, run: ours(`own:${threads}`) }] : []),
    ...(small ? [] : [{ name: `evaluation, ${threads} threads`, run: ours(`evaluation:${threads}`) }]),
    ...(width > 0 && small ? [{ name: 'PyTorch, 1 thread', run: torch(1) }] : []),
    ...(width > 0 && small && threads > 1 ? [{ name: `PyTorch, ${threads} threads`, run: torch(threads) }] : []),
  ]
  const [cpu, load] = [cpus()[0]?.model ?? 'processor', loadavg()[0]?.toFixed(1)]
  console.log(`${cpu}, ${availableParallelism()} threads, Node ${process.version}, load ${load}`)
  const side = width > 0 ? `vectors of ${width}` : 'sums over a matrix of weights'
  console.log(`${values.size}: top ${k} of ${items} items for ${users} users, ${seen} seen each, ${side}`)

  const results = new Map<string, Result[]>()
  for (let round = 0; round < Number(values.rounds); round++)
    for (const way of ways)
      try {
        const { stdout } = await way.run()
        results.set(way.name, [...(results.get(way.name) ?? []), JSON.parse(stdout)])
      } catch (error) {
        if (round === 0) console.log(`${way.name.padEnd(20)} does not run: ${lastLine(error)}`)
      }

  const speed = (name: string): number =>
    median((results.get(name) ?? []).map((r) => (1000 * r.users) / r.milliseconds))
  for (const [name, all] of results) {
    const processor = median(all.map((r) => (1000 * r.users) / r.processor))
    const [megabytes, preparation] = [Math.max(...all.map((r) => r.megabytes)), median(all.map((r) => r.preparation))]
    console.log(
      `${name.padEnd(20)} ${whole(speed(name))} users/s by the clock, ${whole(processor)} by processor time; peak ${whole(megabytes)} MB; prepared in ${whole(preparation)} ms`,
    )
  }
  const [one, more] = ['ours, 1 thread', `ours, ${threads} threads`]
  const pairs = [
    [one, 'plain JavaScript'],
    [one, 'stock tfjs-wasm'],
    [one, 'PyTorch, 1 thread'],
    [more, one],
    [more, `PyTorch, ${threads} threads`],
  ] as const
  for (const [a, b] of pairs)
    if (a !== b && results.has(a) && results.has(b)) console.log(`${a} / ${b}: ${(speed(a) / speed(b)).toFixed(2)}`)
}

function median(numbers: number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? NaN
}

function whole(x: number): string {
  return x.toFixed(0).padStart(6)
}

function lastLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trim().split('\n').at(-1) ?? ''
}
