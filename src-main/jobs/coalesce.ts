/** Lets the newest of many values through, at most once an interval: the first at once, the last always. */
export class Coalescer<T> {
  readonly #interval: number
  readonly #deliver: (value: T) => void
  #timer: NodeJS.Timeout | null = null
  #waiting: { value: T } | null = null

  constructor(intervalMs: number, deliver: (value: T) => void) {
    this.#interval = intervalMs
    this.#deliver = deliver
  }

  push(value: T): void {
    if (this.#timer) {
      this.#waiting = { value }
      return
    }
    this.#deliver(value)
    this.#timer = setTimeout(() => this.#due(), this.#interval)
    this.#timer.unref()
  }

  /** Delivers what waits, now. */
  flush(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    const waiting = this.#waiting
    this.#waiting = null
    if (waiting) this.#deliver(waiting.value)
  }

  #due(): void {
    this.#timer = null
    const waiting = this.#waiting
    this.#waiting = null
    if (waiting) this.push(waiting.value)
  }
}
