/** Row loops that the plain JavaScript and the WebAssembly backend share. */

/** out[ids[i]] += x[i], in the order of i, so that the sum is the same every time. @param x [n, width] @param out [segments, width] */
export function addRows(x: Float32Array, ids: Int32Array, out: Float32Array, width: number): void {
  for (let i = 0; i < ids.length; i++) {
    const from = i * width
    const to = ids[i]! * width
    for (let j = 0; j < width; j++) out[to + j]! += x[from + j]!
  }
}

/** out[i] = x[ids[i]]. @param x [rows, width] @param out [n, width] */
export function copyRows(x: Float32Array, ids: Int32Array, out: Float32Array, width: number): void {
  for (let i = 0; i < ids.length; i++) {
    const from = ids[i]! * width
    out.set(x.subarray(from, from + width), i * width)
  }
}
