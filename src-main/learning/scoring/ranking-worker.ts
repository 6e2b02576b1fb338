/** What a thread of the ranking crew runs. The function is sent as text, so it uses nothing from outside of itself. */

/** The first message to a thread. */
export interface Workplace {
  module: WebAssembly.Module
  memory: WebAssembly.Memory
}

/** Every later one: the users in bands of `size`, of which a thread takes the next as long as there is one. */
export interface Round {
  /** Pointers to what the kernels work on. */
  scores: number
  best: number
  users: number
  size: number
  /** This thread's. */
  scratch: number
}

/** The word of the memory that counts the bands taken. */
export const TAKEN = 0

/** @param answer called after every message: null, or what went wrong @returns what takes a message */
export function serve(answer: (failure: string | null) => void): (message: Workplace | Round) => void {
  let taken: Int32Array | null = null
  let rank: ((...args: number[]) => void) | null = null
  return (message) => {
    try {
      if ('module' in message) {
        const { exports } = new WebAssembly.Instance(message.module, { env: { memory: message.memory } })
        rank = exports['rank'] as (...args: number[]) => void
        taken = new Int32Array(message.memory.buffer, 0, 1)
      } else if (rank && taken) {
        const { scores, best, users, size, scratch } = message
        for (;;) {
          const from = Atomics.add(taken, 0, 1) * size
          if (from >= users) break
          rank(scores, best, from, Math.min(users, from + size), scratch)
        }
      }
      answer(null)
    } catch (error) {
      answer(String(error))
    }
  }
}
