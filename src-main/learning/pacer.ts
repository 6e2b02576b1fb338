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

/** A door that a pause closes: work waits before it between two of its pieces. */
export class Gate {
  #opened: Promise<void> | null = null
  #open: () => void = () => undefined

  get closed(): boolean {
    return this.#opened !== null
  }

  close(): void {
    this.#opened ??= new Promise((resolve) => (this.#open = resolve))
  }

  open(): void {
    this.#opened = null
    this.#open()
  }

  /** Goes through, at once or when it is opened. @throws DOMException 'AbortError' after the signal, also while it waits. */
  async pass(signal: AbortSignal): Promise<void> {
    while (this.#opened) {
      const opened = this.#opened
      await new Promise<void>((resolve) => {
        const leave = (): void => {
          signal.removeEventListener('abort', leave)
          resolve()
        }
        signal.addEventListener('abort', leave)
        if (signal.aborted) leave()
        void opened.then(leave)
      })
      signal.throwIfAborted()
    }
    signal.throwIfAborted()
  }
}
