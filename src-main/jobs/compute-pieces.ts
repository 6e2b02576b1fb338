/**
 * Large arrays cross a port in pieces: a message is copied whole into one block on both sides, and a feature table of 62,000 movies alone has 600 MB.
 * An array that is a part of a larger one crosses alone; a structured clone would take all of it along.
 */
import * as v from 'valibot'

const kinds = { Float32Array, Float64Array, Int16Array, Int32Array, Uint32Array, Uint8Array } as const
type Kind = keyof typeof kinds
type Array_ = InstanceType<(typeof kinds)[Kind]>

/** Bytes of a piece. */
export const PIECE = 2 ** 25

/** Stands in a message where an array stood that was sent before it. */
const placeholder = v.strictObject({
  pieces: v.number(),
  kind: v.picklist(['Float32Array', 'Float64Array', 'Int16Array', 'Int32Array', 'Uint32Array', 'Uint8Array']),
})
const piece = v.strictObject({
  type: v.literal('piece'),
  array: v.number(),
  bytes: v.number(),
  offset: v.number(),
  part: v.instance(Uint8Array),
})

/** Takes a message apart. */
export class Sender {
  readonly #post: (message: unknown) => void
  readonly #size: number
  #arrays = 0

  constructor(post: (message: unknown) => void, size = PIECE) {
    this.#post = post
    this.#size = size
  }

  send(message: Record<string, unknown>): void {
    this.#post(this.#pack(message))
  }

  #pack(value: unknown): unknown {
    const kind = kindOf(value)
    if (kind) return this.#packArray(value as Array_, kind) // it has just been looked at
    if (Array.isArray(value)) return value.map((each) => this.#pack(each))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, this.#pack(each)]))
  }

  #packArray(array: Array_, kind: Kind): unknown {
    const { byteLength, byteOffset, buffer } = array
    if (byteLength <= this.#size) return byteLength === buffer.byteLength ? array : array.slice()
    const pieces = ++this.#arrays
    for (let offset = 0; offset < byteLength; offset += this.#size) {
      const part = new Uint8Array(buffer, byteOffset + offset, Math.min(this.#size, byteLength - offset)).slice()
      this.#post({ type: 'piece', array: pieces, bytes: byteLength, offset, part } satisfies v.InferOutput<
        typeof piece
      >)
    }
    return { pieces, kind } satisfies v.InferOutput<typeof placeholder>
  }
}

/** Puts a message together again. */
export class Receiver {
  readonly #open = new Map<number, Uint8Array<ArrayBuffer>>()

  /** @returns the message with its arrays; null after a piece @throws Error when a piece does not fit */
  receive(message: unknown): unknown {
    const found = v.safeParse(piece, message)
    if (!found.success) return this.#unpack(message)
    const { array, bytes, offset, part } = found.output
    let whole = this.#open.get(array)
    if (!whole) this.#open.set(array, (whole = new Uint8Array(bytes)))
    whole.set(part, offset)
    return null
  }

  #unpack(value: unknown): unknown {
    if (kindOf(value)) return value
    if (Array.isArray(value)) return value.map((each) => this.#unpack(each))
    if (typeof value !== 'object' || value === null) return value
    const found = v.safeParse(placeholder, value)
    if (!found.success) return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, this.#unpack(each)]))
    const { pieces, kind } = found.output
    const whole = this.#open.get(pieces)
    if (!whole) throw new Error(`An array of a message did not arrive (${pieces}).`)
    this.#open.delete(pieces)
    return new kinds[kind](whole.buffer)
  }
}

function kindOf(value: unknown): Kind | null {
  for (const kind of Object.keys(kinds) as Kind[]) if (value instanceof kinds[kind]) return kind
  return null
}
