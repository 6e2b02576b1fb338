/**
 * Scores of a stretch of users for all items, of which nothing is kept but the best: products of vectors, sums of rows of a matrix, or scores that were
 * given. Every score is summed in one order, whatever users and items are computed along with it.
 */
import { Best, finish, takeUp } from './best-items'
import { tile } from './gemm'
import { multiplyAdd, splat } from './vector'

/** Users whose scores for a stretch of items are computed before they are looked through: a multiple of a panel's 4. */
const GROUP = 16
/** Items of a panel of vectors, and columns of a strip of a matrix. */
const PANEL = 8
const STRIP = 16
/** Bytes of item vectors that a stretch has at most: they stay in the second-level cache while all users pass. */
const STRETCH = 262144

/** How scores come about. Written by scoring/ranker.ts in this order, 4 bytes a field. */
@unmanaged
class Scores {
  kind: i32
  items: i32
  /** Vectors: their length. Sums: rows of the matrix. */
  width: i32
  /** Vectors: [panel][width][8]. Sums of dense rows: [strip][row][16]. Sums of sparse rows: their values. */
  matrix: usize
  /** Vectors: [items] in whole panels, or 0. */
  bias: usize
  /** Sparse rows: [rows + 1], and the items of their entries. */
  rowStart: usize
  columns: usize
  /** Vectors: [panel][width][4]. Given: [users, items]. */
  users: usize
  /** Sums: [users + 1], the rows to be summed, and the factors of these or 0. */
  entryStart: usize
  entries: usize
  weights: usize
}

enum Kind {
  vectors,
  dense,
  sparse,
  given,
}

@inline
function stretchOf(width: i32): i32 {
  return max(64, (STRETCH / (4 * width)) & ~(PANEL - 1))
}

/** Bytes of scratch space for so many users at a time. */
export function rankScratch(kind: i32, items: i32, width: i32, users: i32): usize {
  const row = 4 * <usize>((items + STRIP - 1) & ~(STRIP - 1))
  if (kind === Kind.vectors) return 4 * <usize>(GROUP * stretchOf(width))
  if (kind === Kind.dense) return row * users
  return kind === Kind.sparse ? row : 0
}

/** Ranks the items for the users from..to-1; `from` is a multiple of GROUP. @param scratch `rankScratch` bytes, 16-byte aligned */
export function rank(task: usize, kept: usize, from: i32, to: i32, scratch: usize): void {
  const scores = changetype<Scores>(task)
  const best = changetype<Best>(kept)
  if (scores.kind === Kind.vectors) rankVectors(scores, best, from, to, scratch)
  else if (scores.kind === Kind.dense) rankDense(scores, best, from, to, scratch)
  else if (scores.kind === Kind.sparse) rankSparse(scores, best, from, to, scratch)
  else rankGiven(scores, best, from, to)
  for (let user = from; user < to; user++) finish(best, user)
}

function rankVectors(scores: Scores, best: Best, from: i32, to: i32, block: usize): void {
  const width = scores.width
  const items = scores.items
  const stretch = stretchOf(width)
  const stride = 4 * <usize>stretch
  for (let user = from; user < to; user++) scoreHeld(scores, best, user)
  for (let first = 0; first < items; first += stretch) {
    const count = min(stretch, items - first)
    for (let user = from; user < to; user += GROUP) {
      const users = min(GROUP, to - user)
      for (let item = 0; item < count; item += PANEL) {
        const panel = scores.matrix + 4 * <usize>(first + item) * width
        const bias: usize = scores.bias ? scores.bias + 4 * (first + item) : 0
        for (let i = 0; i < users; i += 4)
          tile(width, scores.users + 4 * <usize>(user + i) * width, panel, block + <usize>i * stride + 4 * item, stride, false, bias)
      }
      for (let i = 0; i < users; i++) takeUp(best, user + i, block + <usize>i * stride, first, count)
    }
  }
}

/** The scores of a user's held-out items, by the operations that a tile has for each of its elements. */
function scoreHeld(scores: Scores, best: Best, user: i32): void {
  const width = scores.width
  const end = load<i32>(best.heldStart + 4 * (user + 1))
  for (let entry = load<i32>(best.heldStart + 4 * user); entry < end; entry++) {
    const item = load<i32>(best.held + 4 * entry)
    let x = scores.users + 4 * (<usize>(user & ~3) * width + (user & 3))
    let y = scores.matrix + 4 * (<usize>(item & ~7) * width + (item & 7))
    let sum = splat(0)
    for (let k = 0; k < width; k++) {
      sum = multiplyAdd(v128.load32_splat(x), v128.load32_splat(y), sum)
      x += 16
      y += 32
    }
    if (scores.bias) sum = f32x4.add(sum, v128.load32_splat(scores.bias + 4 * item))
    store<f32>(best.heldScores + 4 * entry, f32x4.extract_lane(sum, 0))
  }
}

/** A user's whole row of scores: what is held out is looked up in it. */
function takeUpRow(best: Best, user: i32, row: usize, items: i32): void {
  const end = load<i32>(best.heldStart + 4 * (user + 1))
  for (let entry = load<i32>(best.heldStart + 4 * user); entry < end; entry++)
    store<f32>(best.heldScores + 4 * entry, load<f32>(row + 4 * load<usize>(best.held + 4 * entry)))
  takeUp(best, user, row, 0, items)
}

/**
 * A user's sums for the columns of a strip: rows times their factors, where they have any (`weights` is not 0). Exported only so that it stays a
 * function of its own: the engine replaces a function that is called often by a faster translation, but never one while it runs.
 */
export function sumStrip(entry: usize, end: usize, strip: usize, weights: usize, target: usize): void {
  let a = splat(0), b = a, c = a, d = a
  if (weights)
    for (; entry < end; entry += 4) {
      const row = strip + 4 * STRIP * load<usize>(entry)
      const weight = v128.load32_splat(weights)
      a = f32x4.add(a, f32x4.mul(weight, v128.load(row)))
      b = f32x4.add(b, f32x4.mul(weight, v128.load(row, 16)))
      c = f32x4.add(c, f32x4.mul(weight, v128.load(row, 32)))
      d = f32x4.add(d, f32x4.mul(weight, v128.load(row, 48)))
      weights += 4
    }
  else
    for (; entry < end; entry += 4) {
      const row = strip + 4 * STRIP * load<usize>(entry)
      a = f32x4.add(a, v128.load(row))
      b = f32x4.add(b, v128.load(row, 16))
      c = f32x4.add(c, v128.load(row, 32))
      d = f32x4.add(d, v128.load(row, 48))
    }
  v128.store(target, a)
  v128.store(target, b, 16)
  v128.store(target, c, 32)
  v128.store(target, d, 48)
}

/** A strip of the matrix stays in the second-level cache while all users pass. */
function rankDense(scores: Scores, best: Best, from: i32, to: i32, rows: usize): void {
  const items = scores.items
  const stride = 4 * <usize>((items + STRIP - 1) & ~(STRIP - 1))
  const entryStart = scores.entryStart
  const entries = scores.entries
  const weights = scores.weights
  for (let first = 0; first < items; first += STRIP) {
    const strip = scores.matrix + 4 * <usize>first * scores.width
    let target = rows + 4 * <usize>first
    for (let user = from; user < to; user++) {
      const begin = 4 * load<usize>(entryStart + 4 * user)
      const end = entries + 4 * load<usize>(entryStart + 4 * (user + 1))
      sumStrip(entries + begin, end, strip, weights ? weights + begin : 0, target)
      target += stride
    }
  }
  for (let user = from; user < to; user++) takeUpRow(best, user, rows + <usize>(user - from) * stride, items)
}

function rankSparse(scores: Scores, best: Best, from: i32, to: i32, row: usize): void {
  const items = scores.items
  const entries = scores.entries
  const weights = scores.weights
  const columns = scores.columns
  const values = scores.matrix
  for (let user = from; user < to; user++) {
    for (let item = 0; item < items; item += 4) v128.store(row + 4 * item, splat(0))
    const end = load<i32>(scores.entryStart + 4 * (user + 1))
    for (let entry = load<i32>(scores.entryStart + 4 * user); entry < end; entry++) {
      const source = scores.rowStart + 4 * load<usize>(entries + 4 * entry)
      const weight: f32 = weights ? load<f32>(weights + 4 * entry) : 1
      const last = 4 * load<usize>(source, 4)
      for (let at = 4 * load<usize>(source); at < last; at += 4) {
        const target = row + 4 * load<usize>(columns + at)
        store<f32>(target, load<f32>(target) + weight * load<f32>(values + at))
      }
    }
    takeUpRow(best, user, row, items)
  }
}

function rankGiven(scores: Scores, best: Best, from: i32, to: i32): void {
  for (let user = from; user < to; user++)
    takeUpRow(best, user, scores.users + 4 * <usize>user * scores.items, scores.items)
}
