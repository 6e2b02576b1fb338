/**
 * Seeded randomness, handed to whatever needs it. The state is one 32-bit word, so that a checkpoint can hold it.
 * Generator: mulberry32 (public domain, T. Ettinger): fast, equidistributed enough for sampling and initialisation; not for secrets.
 */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  get state(): number {
    return this.#state
  }
  set state(value: number) {
    this.#state = value >>> 0
  }

  /** Uniform in [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let t = this.#state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }

  /** Uniform integer in [0, n). */
  integer(n: number): number {
    return Math.floor(this.next() * n)
  }

  /** Standard normal (Box-Muller, one value a call so that the state stays one word). */
  normal(): number {
    let u = 0
    while (u === 0) u = this.next()
    return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * this.next())
  }

  /** Fisher-Yates, in place. */
  shuffle<T extends { length: number; [i: number]: number | string }>(a: T): T {
    for (let i = a.length - 1; i > 0; i--) {
      const j = this.integer(i + 1)
      const x = a[i]!
      a[i] = a[j]!
      a[j] = x
    }
    return a
  }

  /** An independent stream for a named purpose: same seed and name, same stream. */
  static stream(seed: number, name: string): Random {
    let h = 0x811c9dc5 ^ (seed >>> 0) // FNV-1a over the name, then a finaliser
    for (let i = 0; i < name.length; i++) h = Math.imul(h ^ name.charCodeAt(i), 0x01000193)
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
    return new Random(h ^ (h >>> 16))
  }
}
