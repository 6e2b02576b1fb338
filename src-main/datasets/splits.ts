/**
 * Train, validation and test of every user, over both domains together. Pure. How many events each part gets is RecBole's rule
 * (`_calcu_split_ids`), which ones is decided by time or by chance.
 */
import type { ProtocolSpec } from '../../src-preload/contract.ts'
import type { Interactions } from '../learning/data.ts'
import { Random } from '../learning/random.ts'

export interface Split {
  train: Interactions
  validation: Interactions
  test: Interactions
}

/**
 * Events of the three parts of a user with n events: int(ratio n) each for validation and test, the rest to train; then test, after it
 * validation, takes one from train where 0 < ratio n < 1, as long as train keeps more than one.
 */
export function splitCounts(
  n: number,
  ratios: ProtocolSpec['ratios'],
): { train: number; validation: number; test: number } {
  const sum = ratios[0] + ratios[1] + ratios[2]
  const validationShare = (ratios[1] / sum) * n
  const testShare = (ratios[2] / sum) * n
  let validation = Math.floor(validationShare)
  let test = Math.floor(testShare)
  let train = n - validation - test
  if (train > 1 && testShare > 0 && testShare < 1) {
    test++
    train--
  }
  if (train > 1 && validationShare > 0 && validationShare < 1) {
    validation++
    train--
  }
  return { train, validation, test }
}

/**
 * @param events every user's events in an order that depends on the data alone
 * @param userIds [users] ids: a user's draw depends on the seed and the id, not on who else is there
 * @returns each part with all users; a user's events in time order, equal times in random order
 */
export function splitEvents(
  events: Interactions,
  userIds: Uint32Array,
  { split, ratios, splitSeed }: Pick<ProtocolSpec, 'split' | 'ratios' | 'splitSeed'>,
): Split {
  const users = userIds.length
  const part = new Uint8Array(events.item.length)
  const order = new Uint32Array(events.item.length) // by user, then time
  const sizes = [0, 0, 0]
  for (let u = 0; u < users; u++) {
    const start = events.indptr[u]!
    const end = events.indptr[u + 1]!
    const shuffled = Uint32Array.from({ length: end - start }, (_, i) => start + i)
    Random.stream(splitSeed, `split of user ${userIds[u]}`).shuffle(shuffled)
    // The sort is stable, so equal times stay shuffled. Breaking them by movie id would leak the file's order into the task.
    const timed = shuffled.slice().sort((x, y) => events.time[x]! - events.time[y]!)
    order.set(timed, start)
    const { train, validation } = splitCounts(end - start, ratios)
    const ranked = split === 'user-time' ? timed : shuffled
    ranked.forEach((event, rank) => {
      const p = rank < train ? 0 : rank < train + validation ? 1 : 2
      part[event] = p
      sizes[p]!++
    })
  }
  const collect = (p: number): Interactions => pick(events, order, part, p, sizes[p]!)
  return { train: collect(0), validation: collect(1), test: collect(2) }
}

function pick(events: Interactions, order: Uint32Array, part: Uint8Array, p: number, size: number): Interactions {
  const users = events.indptr.length - 1
  const out: Interactions = {
    indptr: new Uint32Array(users + 1),
    item: new Uint32Array(size),
    rating: new Float32Array(size),
    time: new Float64Array(size),
  }
  let n = 0
  for (let u = 0; u < users; u++) {
    for (let i = events.indptr[u]!; i < events.indptr[u + 1]!; i++) {
      const event = order[i]!
      if (part[event] !== p) continue
      out.item[n] = events.item[event]!
      out.rating[n] = events.rating[event]!
      out.time[n++] = events.time[event]!
    }
    out.indptr[u + 1] = n
  }
  return out
}
