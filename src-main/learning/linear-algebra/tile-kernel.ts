/**
 * The one hot loop of the dense algebra: 4 x 4 tiles of C = P^T W with P and W packed four columns at a time. JavaScript has no SIMD, so the
 * loop is a WebAssembly function of some 200 bytes, put together here: 28 GFLOP/s in float64 against 6.5 for the same tile in
 * JavaScript (one core of an EPYC). It multiplies and adds in one fixed order, without fused operations: the same bits on every machine.
 *
 * Packed: a strip holds 4 columns of a [depth, m] matrix, depth-major: strip[k * 4 + c]. Strips lie one behind the other.
 */
export interface TileKernel {
  /** All of the kernel's memory; offsets below are in doubles into this. */
  readonly memory: Float64Array
  /**
   * out[t * outStep + r * 4 + c] = sum over k < depth of p[k * 4 + r] * w[t * wStep + k * 4 + c], for t in 0..count-1.
   * All offsets and steps in doubles; depth, count >= 1.
   */
  multiply(p: number, w: number, wStep: number, out: number, outStep: number, depth: number, count: number): void
}

/** @throws RangeError when there is no memory for `doubles` numbers (at most 2^29, 4 GiB). */
export function createTileKernel(doubles: number): TileKernel {
  const memory = new WebAssembly.Memory({ initial: Math.ceil((8 * doubles) / 65_536) })
  const { exports } = new WebAssembly.Instance(tileModule(), { env: { memory } })
  const run = exports['multiply']
  if (typeof run !== 'function') throw new Error('The tile kernel has no function. This is a defect.')
  return {
    memory: new Float64Array(memory.buffer),
    multiply: (p, w, wStep, out, outStep, depth, count) =>
      void run(8 * p, 8 * w, 8 * wStep, 8 * out, 8 * outStep, depth, count),
  }
}

let compiled: WebAssembly.Module | undefined

function tileModule(): WebAssembly.Module {
  return (compiled ??= new WebAssembly.Module(assemble()))
}

// Opcodes and types: WebAssembly core specification 2.0, section 5 (binary format).
const I32 = 0x7f
const V128 = 0x7b
const LOOP = [0x03, 0x40]
const BR_IF_0 = [0x0d, 0]
const END = 0x0b
const I32_ADD = 0x6a
const I32_SUB = 0x6b
const LOAD = [0xfd, 0x00, 3] // v128.load, 8-byte alignment
const LOAD_SPLAT = [0xfd, 0x0a, 3] // one double into both lanes
const STORE = [0xfd, 0x0b, 3]
const F64X2_ADD = [0xfd, 0xf0, 0x01]
const F64X2_MUL = [0xfd, 0xf2, 0x01]
const ZERO = [0xfd, 0x0c, ...new Array<number>(16).fill(0)]

const get = (local: number): number[] => [0x20, local]
const set = (local: number): number[] => [0x21, local]
const tee = (local: number): number[] => [0x22, local]
const sum = (a: number, b: number): number[] => [...get(a), ...get(b), I32_ADD, ...set(a)]
const advance = (local: number, by: number): number[] => [...get(local), 0x41, by, I32_ADD, ...set(local)] // by < 64: one LEB byte
const countDown = (local: number): number[] => [...get(local), 0x41, 1, I32_SUB, ...tee(local), ...BR_IF_0]

/** LEB128, unsigned. */
function leb(n: number): number[] {
  return n < 128 ? [n] : [(n & 127) | 128, ...leb(n >>> 7)]
}

function assemble(): Uint8Array<ArrayBuffer> {
  const [p, w, wStep, out, outStep, depth, count] = [0, 1, 2, 3, 4, 5, 6] as const // parameters
  const [k, row, column] = [7, 8, 9] as const
  const sumOf = (r: number, half: number): number => 10 + 2 * r + half // 8 accumulators: 4 rows of 2 x 2 doubles
  const [w0, w1, x] = [18, 19, 20] as const
  const rows = [0, 1, 2, 3]
  const sums = rows.flatMap((r) => [sumOf(r, 0), sumOf(r, 1)])
  const code = [
    ...LOOP, // over the strips of w
    ...sums.flatMap((s) => [...ZERO, ...set(s)]),
    ...[...get(p), ...set(row), ...get(w), ...set(column), ...get(depth), ...set(k)],
    ...LOOP, // over the depth
    ...[...get(column), ...LOAD, 0, ...set(w0), ...get(column), ...LOAD, 16, ...set(w1)],
    ...rows.flatMap((r) => [
      ...[...get(row), ...LOAD_SPLAT, 8 * r, ...set(x)],
      ...[...get(sumOf(r, 0)), ...get(x), ...get(w0), ...F64X2_MUL, ...F64X2_ADD, ...set(sumOf(r, 0))],
      ...[...get(sumOf(r, 1)), ...get(x), ...get(w1), ...F64X2_MUL, ...F64X2_ADD, ...set(sumOf(r, 1))],
    ]),
    ...[...advance(row, 32), ...advance(column, 32), ...countDown(k), END],
    ...sums.flatMap((s, i) => [...get(out), ...get(s), ...STORE, 16 * i]),
    ...[...sum(w, wStep), ...sum(out, outStep), ...countDown(count), END],
    END,
  ]
  const section = (id: number, body: number[]): number[] => [id, ...leb(body.length), ...body]
  const name = (text: string): number[] => [text.length, ...Array.from(text, (c) => c.charCodeAt(0))]
  const body = [2, 3, I32, 11, V128, ...code] // locals: 3 x i32, 11 x v128
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 7, ...new Array<number>(7).fill(I32), 0]), // type: seven integers, no result
    ...section(2, [1, ...name('env'), ...name('memory'), 0x02, 0x00, 1]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...name('multiply'), 0x00, 0]),
    ...section(10, [1, ...leb(body.length), ...body]),
  ])
}
