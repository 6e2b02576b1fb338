/**
 * Lets long synchronous arithmetic be cancelled: between blocks of work it gives the event loop a turn, at most every `interval`
 * milliseconds, so that a cancel message can arrive; then the signal is looked at.
 */
export class Pacer {
  readonly #signal: AbortSignal
  readonly #interval: number
  #last = performance.now()

  constructor(signal: AbortSignal, interval = 100) {
    this.#signal = signal
    this.#interval = interval
  }

  /** @throws DOMException 'AbortError' when the signal has fired. */
  async turn(): Promise<void> {
    if (performance.now() - this.#last >= this.#interval) {
      await new Promise<void>((resolve) => setTimeout(resolve, 0)) // a macrotask: messages are delivered between two of them
      this.#last = performance.now()
    }
    this.#signal.throwIfAborted()
  }
}
