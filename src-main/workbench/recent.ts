/** A map that keeps the values used last and forgets the rest. */
export class Recent<V> {
  readonly #most: number
  readonly #values = new Map<string, V>()

  constructor(most: number) {
    this.#most = most
  }

  /** The value under `key`, made now when it is not there. */
  get(key: string, make: () => V): V {
    const known = this.#values.get(key)
    const value = known ?? make()
    this.#values.delete(key)
    this.#values.set(key, value) // last = used last
    const [oldest] = this.#values.keys()
    if (this.#values.size > this.#most && oldest !== undefined) this.#values.delete(oldest)
    return value
  }

  forget(matches: (key: string) => boolean): void {
    for (const key of [...this.#values.keys()]) if (matches(key)) this.#values.delete(key)
  }
}
