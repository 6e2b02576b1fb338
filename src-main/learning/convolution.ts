/**
 * Convolutions of any number of dimensions as one product: the rows of a window lie side by side, and windows are lists of rows. So they run with
 * gradients wherever a matrix product, a row gather and its gradient do; TensorFlow.js' own wasm backend has no gradient of conv2d's filter.
 */
import * as tf from '@tensorflow/tfjs-core'
import { differentiable } from './layers.ts'

type Matrix = tf.Tensor2D

export interface Filters {
  /** [window C, F] */
  weight: Matrix
  /** [F] */
  bias: tf.Tensor1D
}

/**
 * Every window times the filters. @param x [R, C] @param windows [n window] int32 rows of x, window by window @returns [n, F]
 */
export function convolve(x: Matrix, windows: tf.Tensor1D, { weight, bias }: Filters): Matrix {
  const [rows, channels] = x.shape
  return differentiable([x, weight, bias], (save) => {
    save([x, windows, weight])
    return {
      value: tf.fused.matMul({ a: sideBySide(x, windows, weight), b: weight, bias }),
      gradient: (dy, [x, windows, weight]) => {
        const spread = tf.reshape(tf.matMul(dy, weight!, false, true), [-1, channels])
        const dx = tf.unsortedSegmentSum(spread, listOf(windows!), rows)
        return [dx, ...filterGradients(x!, windows!, weight!, dy)]
      },
    }
  })
}

/** The same for an input that is no parameter, so that its gradient is never computed. */
export function convolveFrozen(x: Matrix, windows: tf.Tensor1D, { weight, bias }: Filters): Matrix {
  return differentiable([weight, bias], (save) => {
    save([x, windows, weight])
    return {
      value: tf.fused.matMul({ a: sideBySide(x, windows, weight), b: weight, bias }),
      gradient: (dy, [x, windows, weight]) => filterGradients(x!, windows!, weight!, dy),
    }
  })
}

/** The windows' rows are gathered again: beside each other they are many times larger than x. */
function filterGradients(x: Matrix, windows: tf.Tensor, weight: Matrix, dy: Matrix): tf.Tensor[] {
  return [tf.matMul(sideBySide(x, windows, weight), dy, true), tf.sum(dy, 0)]
}

/** @returns [n, window C] */
function sideBySide(x: Matrix, windows: tf.Tensor, weight: Matrix): Matrix {
  const [inputs] = weight.shape
  return tf.reshape(tf.gather(x, listOf(windows)), [-1, inputs])
}

function listOf(windows: tf.Tensor): tf.Tensor1D {
  return tf.reshape(windows, [windows.size])
}

/**
 * The largest of `count` neighbouring rows, number by number; of equal ones, one takes the gradient. By halves, each an addition, a subtraction and a
 * rectifier over whole matrices: a maximum along a middle axis is twenty times slower in wasm. @param x [n count, F] @returns [n, F]
 */
export function maxOfRows(x: Matrix, count: number): Matrix {
  const [rows, width] = x.shape
  let left = tf.reshape(x, [rows / count, count * width]) as Matrix
  for (let parts = count; parts > 1; parts = Math.ceil(parts / 2))
    left = largerHalf(left, Math.floor(parts / 2) * width)
  return left
}

/** The larger of columns 0..half-1 and half..2 half-1, and what stands behind them. @param x [n, 2 half + rest] @returns [n, half + rest] */
function largerHalf(x: Matrix, half: number): Matrix {
  const [rows, width] = x.shape
  const rest = width - 2 * half
  const columns = (y: Matrix, from: number, size: number): Matrix => tf.slice(y, [0, from], [rows, size])
  return differentiable([x], (save) => {
    const second = columns(x, half, half)
    const excess = tf.sub(columns(x, 0, half), second)
    save([tf.step(excess)])
    const larger = tf.add(second, tf.relu(excess))
    return {
      value: rest > 0 ? tf.concat([larger, columns(x, 2 * half, rest)], 1) : larger,
      gradient: (dy, [first]) => {
        const chosen = rest > 0 ? columns(dy, 0, half) : dy
        const ofFirst = tf.mul(chosen, first!)
        const both = [ofFirst, tf.sub(chosen, ofFirst)]
        return [tf.concat(rest > 0 ? [...both, columns(dy, half, rest)] : both, 1)]
      },
    }
  })
}

/** max(a, b); where they are equal, the gradient is b's. */
export function largerOf(a: Matrix, b: Matrix): Matrix {
  return differentiable([a, b], (save) => {
    const first = tf.step(tf.sub(a, b)) // 1 where a is larger
    save([first])
    return {
      value: tf.maximum(a, b),
      gradient: (dy, [first]) => {
        const mine = tf.mul(dy, first!)
        return [mine, tf.sub(dy, mine)]
      },
    }
  })
}

/** Rows of a stack of pictures: what a window of each place looks at. */
export interface Places {
  /** [n window] */
  windows: Int32Array<ArrayBuffer>
  /** Places that are pooled into one: neighbours among the n. */
  pooled: number
  height: number
  width: number
}

/**
 * 3 x 3 windows without padding over `count` pictures of height x width rows each. With pooling, the places come in the order of 2 x 2 cells, so that
 * `maxOfRows` with `pooled` = 4 is max pooling of stride 2; a last odd row or column is left out. @returns the size of the pooled picture as well
 */
export function squareWindows(count: number, height: number, width: number, pool: boolean): Places {
  const cell = pool ? 2 : 1
  const [h, w] = [Math.floor((height - 2) / cell), Math.floor((width - 2) / cell)]
  const windows = new Int32Array(count * h * w * cell * cell * 9)
  let at = 0
  for (let picture = 0; picture < count; picture++)
    for (let y = 0; y < h; y++)
      for (let x = 0; x < w; x++)
        for (let inner = 0; inner < cell * cell; inner++) {
          const top = y * cell + Math.floor(inner / cell)
          const left = x * cell + (inner % cell)
          for (let k = 0; k < 9; k++)
            windows[at++] = (picture * height + top + Math.floor(k / 3)) * width + left + (k % 3)
        }
  return { windows, pooled: cell * cell, height: h, width: w }
}

/**
 * Windows of `size` neighbouring tokens over texts, as rows of a token table: as many for each text as the longest has. Where a text has no more, its last
 * window comes again, which changes no maximum; a text shorter than the window is filled up with 0.
 * @param tokens [texts, length], 0 pads @returns [texts places size] and how many places there are
 */
export function textWindows(
  tokens: Int32Array,
  length: number,
  size: number,
): { windows: Int32Array<ArrayBuffer>; places: number } {
  const texts = length === 0 ? 0 : tokens.length / length
  const last = Int32Array.from({ length: texts }, (_, i) => {
    let words = length
    while (words > 0 && tokens[i * length + words - 1] === 0) words--
    return Math.max(0, words - size)
  })
  const places = 1 + last.reduce((most, n) => Math.max(most, n), 0)
  const windows = new Int32Array(texts * places * size)
  let at = 0
  for (let i = 0; i < texts; i++)
    for (let place = 0; place < places; place++) {
      const from = Math.min(place, last[i]!)
      for (let j = 0; j < size; j++) windows[at++] = from + j < length ? tokens[i * length + from + j]! : 0
    }
  return { windows, places }
}
