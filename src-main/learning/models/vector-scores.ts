/** Scores of a model whose users and items are vectors: products, plus a bias of the item. */
import type { DomainRange, Interactions } from '../data.ts'
import type { Scoring } from '../scoring/scoring.ts'
import type { OpenModel } from './gradient-recommender.ts'

export interface Vectors {
  width: number
  /** [users, width] */
  users: Float32Array
  /** [items, width] */
  items: Float32Array
  /** [items] */
  bias: Float32Array | null
}

/**
 * Users without a training positive get the mean of the others: nothing has moved their vector from its random start, and what the average user likes
 * is what is popular.
 * @param trained [users] 1 = has a positive
 */
export function averageForUntrained(vectors: Vectors, trained: Uint8Array): Vectors {
  if (!trained.includes(0)) return vectors
  const { width } = vectors
  const users = vectors.users.slice()
  const mean = new Float64Array(width)
  const count = trained.reduce((sum, has) => sum + has, 0)
  for (const [user, has] of trained.entries())
    if (has) for (let c = 0; c < width; c++) mean[c]! += users[user * width + c]! / count
  for (const [user, has] of trained.entries()) if (!has) users.set(mean, user * width)
  return { ...vectors, users }
}

/** A user is known by his trained vector alone: the history is not looked at. */
export function openVectors({
  width,
  users: userRows,
  items,
  bias,
}: Vectors): Required<Pick<OpenModel, 'score' | 'scoring'>> {
  const usersOf = (users: Uint32Array): Float32Array => {
    const rows = new Float32Array(users.length * width)
    for (const [b, user] of users.entries()) rows.set(userRows.subarray(user * width, (user + 1) * width), b * width)
    return rows
  }
  return {
    async score(users: Uint32Array, _history: Interactions, { start, end }: DomainRange): Promise<Float32Array> {
      const rows = usersOf(users)
      const scores = new Float32Array(users.length * (end - start))
      let at = 0
      for (let b = 0; b < users.length; b++)
        for (let item = start; item < end; item++) {
          let sum = bias ? bias[item]! : 0
          for (let c = 0; c < width; c++) sum += rows[b * width + c]! * items[item * width + c]!
          scores[at++] = sum
        }
      return scores
    },
    async scoring(_history: Interactions, { start, end }: DomainRange): Promise<Scoring> {
      return {
        kind: 'vectors',
        width,
        items: items.subarray(start * width, end * width),
        bias: bias && bias.subarray(start, end),
        users: async (users) => usersOf(users),
      }
    },
  }
}
