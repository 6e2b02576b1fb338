/**
 * Ours and its peers take turns: the same batches, step by step in one run. Ours makes the batches itself and holds the data set, and both count; the
 * peers in PyTorch get them through a pipe, and their time starts when a batch has arrived.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeSafetensors } from '../../../src-main/workspace/safetensors.ts'
import type { BackendId } from '../../../src-main/learning/backends/index.ts'
import { peerBatches, problemOf } from './batches.ts'
import type { PeerBatch } from './batches.ts'
import type { Task } from './ours.ts'
import { Peer } from './peer.ts'
import type { Memory, Step } from './peer.ts'
import { megabytes, ratioLine, stepLine } from './report.ts'
import { madeUpData } from './workload.ts'
import type { Workload } from './workload.ts'

export type PeerKind = 'own' | 'stock' | 'torch' | 'packed'

export interface Comparison {
  size: string
  workload: Workload
  /** What ours computes on; threads are wasm's. */
  backend: BackendId
  threads: number[]
  /** Steps of each that count, and steps before them: the first compile, and make memory grow. */
  pairs: number
  warmUp: number
  /** Besides ours. */
  peers: PeerKind[]
}

interface Contestant {
  kind: PeerKind
  threads: number
  peer: Peer
  steps: Step[]
  memory: Memory | null
}

/** Relative: float32 in another order of summation stays far below. */
const SAME_LOSS = 1e-4

/** What ours should reach on a processor, as a multiple of the other's speed. */
const wanted: Record<string, { torch: Record<number, string>; threads: string; stock: string }> = {
  small: { torch: { 1: '0.65', 2: '0.9' }, threads: '1.4', stock: '7' },
  paper: { torch: { 2: '0.45' }, threads: '1.7', stock: '7' },
}

/** @throws Error when two find different losses: they would not be doing the same */
export async function compare(comparison: Comparison): Promise<void> {
  const { workload, size, pairs, warmUp } = comparison
  const folder = mkdtempSync(join(tmpdir(), 'crossreel-train-'))
  const contestants: Contestant[] = []
  try {
    const data = madeUpData(workload.scale)
    const { shape, arrays, about } = problemOf(workload, data)
    const problem = join(folder, 'problem.safetensors')
    await writeSafetensors(problem, arrays, { about: JSON.stringify(about) })
    const numbers = Object.entries(arrays).filter(([name]) => !name.startsWith('features.'))
    const parameters = numbers.reduce((sum, [, { data }]) => sum + data.length, 0)
    console.log(
      `${size}: ${parameters.toLocaleString('en-US')} parameters, ${data.items} items, ${data.train.item.length} ratings`,
    )
    await start(comparison, problem, contestants)
    if (contestants.length === 0) throw new Error('Nothing runs here.')

    const batches = peerBatches(shape, data)
    const next = (): PeerBatch => batches.next().value as PeerBatch // it has no end
    const first = next()
    await checkLosses(contestants, first)

    const seen: PeerBatch['about'][] = []
    for (let round = 0; round < warmUp + pairs; round++) {
      const batch = round === 0 ? first : next()
      for (const { peer, steps } of contestants) {
        const step = await peer.ask('step', batch)
        if (round >= warmUp) steps.push(step)
      }
      if (round >= warmUp) seen.push(batch.about)
    }
    for (const contestant of contestants) contestant.memory = await contestant.peer.memory()
    report(size, contestants, seen, shape.settings.dropout === 0)
  } finally {
    for (const { peer } of contestants) peer.end()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** One after the other, so that none measures its speed beside another; one that does not start is left out, with its reason. */
async function start(
  { workload, backend, threads, peers }: Comparison,
  problem: string,
  contestants: Contestant[],
): Promise<void> {
  const kinds: PeerKind[] = ['own', ...peers]
  for (const kind of kinds)
    for (const count of kind === 'stock' ? [1] : threads) {
      const name = `${names[kind]}, ${count} thread${count === 1 ? '' : 's'}`
      const peer =
        kind === 'own' || kind === 'stock'
          ? ours(name, { workload, backend, options: { threads: count, kernels: kind }, profile: false })
          : torch(name, problem, count, kind === 'packed' ? 'packed' : 'padded')
      try {
        const { device, gflops } = await peer.ready()
        console.log(`${name.padEnd(22)} ${device}; ${gflops.toFixed(0)} GFLOP/s in a product of 512 x 512 matrices`)
        contestants.push({ kind, threads: count, peer, steps: [], memory: null })
      } catch (error) {
        peer.end()
        console.log(`${name.padEnd(22)} does not run: ${error instanceof Error ? error.message : String(error)}`)
      }
    }
}

const names: Record<PeerKind, string> = {
  own: 'ours',
  stock: 'stock kernels',
  torch: 'PyTorch',
  packed: 'PyTorch packed',
}

export function ours(name: string, task: Task): Peer {
  const script = join(import.meta.dirname, 'ours.ts')
  return new Peer(name, process.execPath, ['--expose-gc', script, JSON.stringify(task)], {}, false)
}

function torch(name: string, problem: string, threads: number, layout: string): Peer {
  const count = String(threads)
  const env = {
    OMP_NUM_THREADS: count,
    OPENBLAS_NUM_THREADS: count,
    MKL_NUM_THREADS: count,
    OMP_WAIT_POLICY: 'passive',
  }
  const script = join(import.meta.dirname, 'torch_peer.py')
  return new Peer(name, process.env['PYTHON'] ?? 'python3', [script, problem, count, layout], env, true)
}

async function checkLosses(contestants: Contestant[], first: PeerBatch): Promise<void> {
  const losses: number[] = []
  for (const { peer } of contestants) losses.push((await peer.ask('loss', first)).loss)
  const [reference = Number.NaN] = losses
  const apart = losses.map((loss) => Math.abs(loss / reference - 1))
  for (const [i, { peer }] of contestants.entries())
    if (!(apart[i]! <= SAME_LOSS))
      throw new Error(
        `${peer.name} finds the loss ${losses[i]} for the first batch, ${contestants[0]?.peer.name} ${reference}: they do not compute the same.`,
      )
  console.log(
    `loss of the first batch ${reference.toFixed(6)}, all within ${Math.max(...apart).toExponential(1)} of it`,
  )
}

function report(size: string, contestants: Contestant[], seen: PeerBatch['about'][], alike: boolean): void {
  const mean = (of: (about: PeerBatch['about']) => number): number =>
    seen.reduce((sum, about) => sum + of(about), 0) / seen.length
  const [windows, targets, events] = [mean((b) => b.windows), mean((b) => b.targets), mean((b) => b.events)]
  const padding = 1 - events / mean((b) => b.padded)
  console.log(
    `a step: ${windows.toFixed(0)} windows with ${events.toFixed(0)} events and ${targets.toFixed(0)} targets; padding would be ${(100 * padding).toFixed(0)} %`,
  )
  if (alike) reportLosses(contestants)
  for (const { peer, steps } of contestants) console.log(stepLine(peer.name, steps, { windows, targets }))
  for (const { peer, memory } of contestants)
    if (memory)
      console.log(
        `${peer.name.padEnd(22)} peak resident ${megabytes(memory.peak)}${memory.wasm > 0 ? `, of it WebAssembly's heap ${megabytes(memory.wasm)}` : ''}`,
      )
  const find = (kind: PeerKind, threads: number): Contestant | undefined =>
    contestants.find((c) => c.kind === kind && c.threads === threads)
  const goals = wanted[size]
  const ratio = (slow: Contestant | undefined, fast: Contestant | undefined, goal = ''): void => {
    if (slow && fast && slow !== fast)
      console.log(ratioLine(`${fast.peer.name} / ${slow.peer.name}`, slow.steps, fast.steps, goal))
  }
  for (const { threads, memory } of contestants.filter(({ kind }) => kind === 'own')) {
    const other = find('torch', threads)?.memory
    if (memory && other)
      console.log(
        `peak resident, ours / PyTorch, threads: ${threads}: ${(memory.peak / other.peak).toFixed(2)}; wanted 1`,
      )
    ratio(find('torch', threads), find('own', threads), goals?.torch[threads])
    ratio(find('packed', threads), find('own', threads))
    ratio(find('own', 1), find('own', threads), threads === 2 ? goals?.threads : '')
  }
  ratio(find('stock', 1), find('own', 1), goals?.stock)
}

/** Without chance in them, all train alike. */
function reportLosses(contestants: Contestant[]): void {
  const [reference, ...others] = contestants
  const apart = others.flatMap(({ steps }) =>
    steps.map(({ loss }, i) => Math.abs(loss / (reference?.steps[i]?.loss ?? Number.NaN) - 1)),
  )
  console.log(`losses after as many steps, all within ${Math.max(0, ...apart).toExponential(1)} of each other`)
}
