/** The ways of ranking that are compared. Each ranks some of the users once and says how long that took. */
import * as tf from '@tensorflow/tfjs-core'
import { startBackend } from '../../../src-main/learning/backends/index.ts'
import { type Ranked, Ranker } from '../../../src-main/learning/scoring/ranker.ts'
import type { Scoring } from '../../../src-main/learning/scoring/scoring.ts'
import { blockOf, histories, vectors, weights, type Workload } from './workload.ts'

export interface Measured {
  users: number
  milliseconds: number
  /** Of processor time, all threads together. */
  processor: number
  /** Before the first user: copying and laying out the item side. */
  preparation: number
}

const USERS = 1
const ITEMS = 2

/** Ours: prepared once, then all users in blocks. */
export async function own(work: Workload, threads: number): Promise<Measured> {
  const { users, items, width, k } = work
  const matrix = width > 0 ? vectors(0, items, width, ITEMS) : weights(items)
  const begun = performance.now()
  let asked = blockOf(work, 0, 0)
  let first = 0
  const scoring: Scoring =
    width > 0
      ? {
          kind: 'vectors',
          width,
          items: matrix,
          bias: null,
          users: async (some) => vectors(some[0]!, some.length, width, USERS),
        }
      : {
          kind: 'dense',
          matrix,
          rows: items,
          stride: items,
          first: 0,
          users: (some) => histories(asked, first)(some),
        }
  const ranker = await Ranker.create(scoring, { items, k, users, threads }, noTurn)
  const preparation = performance.now() - begun
  const warm = Math.min(64, users)
  asked = blockOf(work, 0, warm)
  await ranker.rank(asked, noTurn) // the first users wait for the compiler and for threads
  const used = { milliseconds: 0, processor: 0 }
  for (first = 0; first < users; first += ranker.blockSize) {
    asked = blockOf(work, first, Math.min(ranker.blockSize, users - first))
    await timed(used, () => ranker.rank(asked, noTurn))
  }
  ranker.dispose()
  return { users, ...used, preparation }
}

/** Typed arrays and a heap in plain JavaScript. */
export async function plain(work: Workload): Promise<Measured> {
  const { items, width, k } = work
  const users = 48
  const matrix = width > 0 ? vectors(0, items, width, ITEMS) : weights(items)
  const block = blockOf(work, 0, users)
  const u = vectors(0, users, Math.max(1, width), USERS)
  const used = { milliseconds: 0, processor: 0 }
  const row = new Float32Array(items)
  const rank = async (count: number): Promise<void> => {
    for (let b = 0; b < count; b++) {
      const seen = block.seen.positions.subarray(block.seen.indptr[b]!, block.seen.indptr[b + 1]!)
      if (width > 0) products(u, b * width, matrix, width, row)
      else sums(seen, matrix, row)
      keepBest(row, seen, k)
    }
  }
  await rank(8)
  await timed(used, () => rank(users))
  return { users, ...used, preparation: 0 }
}

/** TensorFlow.js as it comes: a product of matrices for 256 users, read back, and the same heap. */
export async function stock(work: Workload): Promise<Measured> {
  const { items, width, k } = work
  const users = 512
  await startBackend('wasm', { kernels: 'stock', threads: 1 })
  const matrix = tf.transpose(tf.tensor2d(vectors(0, items, width, ITEMS), [items, width]))
  const block = blockOf(work, 0, users)
  const rank = async (first: number, count: number): Promise<void> => {
    const product = tf.tidy(() => tf.matMul(tf.tensor2d(vectors(first, count, width, USERS), [count, width]), matrix))
    const scores = await product.data<'float32'>()
    product.dispose()
    for (let b = 0; b < count; b++) {
      const seen = block.seen.positions.subarray(block.seen.indptr[first + b]!, block.seen.indptr[first + b + 1]!)
      keepBest(scores.subarray(b * items, (b + 1) * items), seen, k)
    }
  }
  await rank(0, 32)
  const used = { milliseconds: 0, processor: 0 }
  for (let first = 0; first < users; first += 256) await timed(used, () => rank(first, 256))
  return { users, ...used, preparation: 0 }
}

const noTurn = async (): Promise<void> => {}

async function timed(
  used: { milliseconds: number; processor: number },
  work: () => Promise<Ranked | void>,
): Promise<void> {
  const [begun, before] = [performance.now(), process.cpuUsage()]
  await work()
  const { user, system } = process.cpuUsage(before)
  used.milliseconds += performance.now() - begun
  used.processor += (user + system) / 1000
}

function products(users: Float32Array, from: number, items: Float32Array, width: number, out: Float32Array): void {
  for (let i = 0; i < out.length; i++) {
    const at = i * width
    let [a, b, c, d] = [0, 0, 0, 0]
    for (let k = 0; k < width; k += 4) {
      a += users[from + k]! * items[at + k]!
      b += users[from + k + 1]! * items[at + k + 1]!
      c += users[from + k + 2]! * items[at + k + 2]!
      d += users[from + k + 3]! * items[at + k + 3]!
    }
    out[i] = a + b + c + d
  }
}

function sums(history: Uint32Array, matrix: Float32Array, out: Float32Array): void {
  out.fill(0)
  for (const row of history) {
    const from = row * out.length
    for (let i = 0; i < out.length; i++) out[i]! += matrix[from + i]!
  }
}

/** A heap whose root is the worst kept; the scores of what is seen are overwritten. */
function keepBest(scores: Float32Array, seen: Uint32Array, k: number): { scores: Float32Array; items: Uint32Array } {
  for (const i of seen) scores[i] = -Infinity
  const kept = { scores: new Float32Array(k).fill(-Infinity), items: new Uint32Array(k) }
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i]!
    if (!(score > kept.scores[0]!)) continue
    let hole = 0
    for (;;) {
      let child = 2 * hole + 1
      if (child >= k) break
      if (child + 1 < k && kept.scores[child + 1]! < kept.scores[child]!) child++
      if (kept.scores[child]! >= score) break
      kept.scores[hole] = kept.scores[child]!
      kept.items[hole] = kept.items[child]!
      hole = child
    }
    kept.scores[hole] = score
    kept.items[hole] = i
  }
  return kept
}
