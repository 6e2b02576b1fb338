/**
 * The best K of a user's items, kept while the scores come by a stretch at a time, and how many candidates stand before the items that were held out.
 * What is kept is one number an item, larger for a better one: the score's bits in an order of whole numbers above, below them the index, the lower the
 * better. So one comparison decides, ties included. They form a heap whose root is the worst.
 */
import { splat } from './vector'

/** What is kept of all users of a round; arrays by user, or by entry of a list. Written by scoring/ranker.ts in this order, 4 bytes a field. */
@unmanaged
export class Best {
  k: i32
  /** [users, K] 8 bytes each */
  keys: usize
  /** [users, K] out */
  scores: usize
  items: usize
  /** [users] kept so far, candidates whose score is not a number, and the next entry of `seen` */
  sizes: usize
  broken: usize
  next: usize
  /** Lists of the items that are no candidates, ascending: [users + 1] and its entries. */
  seenStart: usize
  seen: usize
  /** Lists of the items whose place is asked for; their scores, and how many candidates are above them plus how many are not below. */
  heldStart: usize
  held: usize
  heldScores: usize
  heldPlaces: usize
}

@inline
function at(array: usize, i: i32): usize {
  return array + 4 * <usize>i
}

@inline
function keyAt(keys: usize, i: i32): usize {
  return keys + 8 * <usize>i
}

@inline
function keyOf(score: f32, item: i32): u64 {
  const bits = reinterpret<u32>(score + 0) // -0 becomes 0, its equal
  const ordered = bits ^ (<u32>(<i32>bits >> 31) | 0x80000000)
  return (<u64>ordered << 32) | <u64>~item & 0xffffffff
}

@inline
function scoreOf(key: u64): f32 {
  const ordered = <u32>(key >> 32)
  return reinterpret<f32>(ordered & 0x80000000 ? ordered ^ 0x80000000 : ~ordered)
}

/** Puts a key at the root of a heap of `size` and lets it sink to its place. */
function sink(keys: usize, size: i32, key: u64): void {
  let hole = 0
  for (let child = 1; child < size; child = 2 * hole + 1) {
    if (child + 1 < size) child += i32(load<u64>(keyAt(keys, child + 1)) < load<u64>(keyAt(keys, child)))
    const next = load<u64>(keyAt(keys, child))
    if (next >= key) break
    store<u64>(keyAt(keys, hole), next)
    hole = child
  }
  store<u64>(keyAt(keys, hole), key)
}

/** Adds a key behind a heap of `size` and lets it rise to its place. */
function rise(keys: usize, size: i32, key: u64): void {
  let hole = size
  while (hole > 0) {
    const parent = (hole - 1) >> 1
    const above = load<u64>(keyAt(keys, parent))
    if (above <= key) break
    store<u64>(keyAt(keys, hole), above)
    hole = parent
  }
  store<u64>(keyAt(keys, hole), key)
}

/** What is seen becomes NaN, which is above nothing, equal to nothing and not kept. */
@inline
function mask(best: Best, user: i32, scores: usize, first: i32, count: i32): i32 {
  let entry = load<i32>(at(best.next, user))
  const begun = entry
  const end = load<i32>(at(best.seenStart, user + 1))
  for (; entry < end; entry++) {
    const item = load<i32>(at(best.seen, entry)) - first
    if (item >= count) break
    store<f32>(at(scores, item), NaN)
  }
  store<i32>(at(best.next, user), entry)
  return entry - begun
}

@inline
function sumOf(v: v128): i32 {
  return i32x4.extract_lane(v, 0) + i32x4.extract_lane(v, 1) + i32x4.extract_lane(v, 2) + i32x4.extract_lane(v, 3)
}

/** For a held-out item's score h adds [s > h] + [s >= h] over a stretch of scores s. */
@inline
function place(best: Best, entry: i32, scores: usize, count: i32): void {
  const held = load<f32>(at(best.heldScores, entry))
  const bar = splat(held)
  let above = i32x4.splat(0), notBelow = above, above2 = above, notBelow2 = above // four chains of additions, which do not wait for each other
  let i = 0
  for (; i + 8 <= count; i += 8) {
    const s = v128.load(at(scores, i))
    const s2 = v128.load(at(scores, i), 16)
    above = i32x4.sub(above, f32x4.gt(s, bar))
    notBelow = i32x4.sub(notBelow, f32x4.ge(s, bar))
    above2 = i32x4.sub(above2, f32x4.gt(s2, bar))
    notBelow2 = i32x4.sub(notBelow2, f32x4.ge(s2, bar))
  }
  let sum = sumOf(i32x4.add(i32x4.add(above, notBelow), i32x4.add(above2, notBelow2)))
  for (; i < count; i++) {
    const s = load<f32>(at(scores, i))
    sum += i32(s > held) + i32(s >= held)
  }
  const to = at(best.heldPlaces, entry)
  store<i32>(to, load<i32>(to) + sum)
}

/** Takes up the scores of the items first..first+count-1 of a user; stretches come in ascending order. The scores are changed. */
export function takeUp(best: Best, user: i32, scores: usize, first: i32, count: i32): void {
  const masked = mask(best, user, scores, first, count)
  const heldEnd = load<i32>(at(best.heldStart, user + 1))
  for (let entry = load<i32>(at(best.heldStart, user)); entry < heldEnd; entry++) place(best, entry, scores, count)

  const k = best.k
  const keys = best.keys + 8 * <usize>user * k
  let size = load<i32>(at(best.sizes, user))
  let broken = 0
  let i = 0
  for (; i < count && size < k; i++) {
    const s = load<f32>(at(scores, i))
    if (s === s) rise(keys, size++, keyOf(s, first + i))
    else broken++
  }
  store<i32>(at(best.sizes, user), size)
  let worst = scoreOf(load<u64>(keys))
  let bar = splat(worst)
  let nans = i32x4.splat(0)
  for (; i + 8 <= count; i += 8) {
    const a = v128.load(at(scores, i))
    const b = v128.load(at(scores, i), 16)
    nans = i32x4.sub(i32x4.sub(nans, f32x4.ne(a, a)), f32x4.ne(b, b))
    if (v128.any_true(v128.or(f32x4.gt(a, bar), f32x4.gt(b, bar)))) {
      for (let j = i; j < i + 8; j++) {
        const s = load<f32>(at(scores, j))
        if (s > worst) {
          sink(keys, k, keyOf(s, first + j))
          worst = scoreOf(load<u64>(keys))
        }
      }
      bar = splat(worst)
    }
  }
  for (; i < count; i++) {
    const s = load<f32>(at(scores, i))
    if (s !== s) broken++
    if (s > worst) {
      sink(keys, k, keyOf(s, first + i))
      worst = scoreOf(load<u64>(keys))
    }
  }
  broken += sumOf(nans) - masked
  store<i32>(at(best.broken, user), load<i32>(at(best.broken, user)) + broken)
}

/** Sorts what is kept, best first, and pads it. */
export function finish(best: Best, user: i32): void {
  const k = best.k
  const keys = best.keys + 8 * <usize>user * k
  const scores = best.scores + 4 * <usize>user * k
  const items = best.items + 4 * <usize>user * k
  const size = load<i32>(at(best.sizes, user))
  for (let last = size - 1; last > 0; last--) {
    const key = load<u64>(keyAt(keys, last))
    store<u64>(keyAt(keys, last), load<u64>(keys))
    sink(keys, last, key)
  }
  for (let i = 0; i < k; i++) {
    const key = load<u64>(keyAt(keys, i))
    store<f32>(at(scores, i), i < size ? scoreOf(key) : -Infinity)
    store<u32>(at(items, i), i < size ? ~<u32>key : 0xffffffff)
  }
}
