/** How fast TMDB is asked: never more than so many requests a second, less after it said that it was too much, slowly more again. */
import { setTimeout as wait } from 'node:timers/promises'

/** TMDB allows about 40 a second; half of that is polite. */
export const requestsPerSecond = 20
const slowest = 2000
/** After so many answers in a row without a complaint the pause between two requests becomes a fifth shorter. */
const calm = 50

export class Pace {
  readonly #least: number
  #interval: number
  #next = 0
  #heldUntil = 0
  #answers = 0

  constructor(perSecond: number = requestsPerSecond) {
    this.#least = 1000 / perSecond
    this.#interval = this.#least
  }

  /** Milliseconds between two requests at the moment. */
  get interval(): number {
    return this.#interval
  }

  /** Waits for the turn of one request. @throws the signal's reason */
  async turn(signal: AbortSignal): Promise<void> {
    const now = performance.now()
    const mine = Math.max(now, this.#next)
    this.#next = mine + this.#interval
    await rest(mine - now, signal)
    while (performance.now() < this.#heldUntil) await rest(this.#heldUntil - performance.now(), signal)
  }

  /** TMDB answered 'too many requests': nobody asks for `ms`, and then half as often. */
  slowDown(ms: number): void {
    this.#heldUntil = Math.max(this.#heldUntil, performance.now() + ms)
    this.#next = Math.max(this.#next, this.#heldUntil)
    this.#interval = Math.min(slowest, 2 * this.#interval)
    this.#answers = 0
  }

  answered(): void {
    if (++this.#answers < calm) return
    this.#answers = 0
    this.#interval = Math.max(this.#least, 0.8 * this.#interval)
  }
}

/** @throws the signal's reason as soon as it fires */
export async function rest(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  if (ms <= 0) return
  try {
    await wait(ms, undefined, { signal })
  } catch (error) {
    signal.throwIfAborted()
    throw error
  }
}
