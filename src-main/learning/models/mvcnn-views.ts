/**
 * What MVCNN makes of items: a convolutional network for each view, text and poster, and the larger of both, number by number (view pooling, Su et al.
 * 2015, section 3.2).
 */
import * as tf from '@tensorflow/tfjs-core'
import { convolve, convolveFrozen, largerOf, maxOfRows, squareWindows, textWindows } from '../convolution.ts'
import type { ItemViews } from '../data.ts'
import { Dropout } from '../dropout.ts'
import { gatherRows } from '../layers.ts'
import type { ParameterSpec, ParameterTensors } from '../parameters.ts'
import { linearLayer, matrix, reluDropout, vectorOf } from './pair-forward.ts'

type Matrix = tf.Tensor2D

export interface ViewShape {
  views: ItemViews
  text: boolean
  image: boolean
  /** Of the pooled vector. */
  dim: number
  tokenDim: number
  /** Of each width, in the text's network. */
  filters: number
  /** Of the first convolution of pictures; the second has twice, the third four times as many. */
  channels: number
}

/** Words that a filter reads (Kim 2014, section 3.1, has 3, 4 and 5; titles are short). */
const WINDOWS = [2, 3, 4]
/** 3 x 3 convolutions of the picture's network; all but the last are followed by 2 x 2 max pooling, the last by the maximum over the picture. */
const CONVOLUTIONS = 3
const COLOURS = 3
/** What leaves a 3 x 3 window to the last convolution. */
const SMALLEST_SIDE = 18
/** Stands for a missing view where the larger one is taken: nothing is smaller. */
const NOTHING = -1e30

/** @throws Error when pictures are too small for the network */
export function viewSpecs({ views, text, image, dim, tokenDim, filters, channels }: ViewShape): ParameterSpec[] {
  const specs: ParameterSpec[] = [{ name: 'view.missing', shape: [1, dim], start: { deviation: 0.05 } }]
  const layer = (name: string, from: number, to: number, gain = 2): ParameterSpec[] => [
    { name: `${name}.weight`, shape: [from, to], start: { deviation: Math.sqrt(gain / from) } }, // He et al. 2015
    { name: `${name}.bias`, shape: [to], start: { constant: 0 } },
  ]
  if (text) {
    specs.push({ name: 'text.token', shape: [views.vocabulary + 1, tokenDim], start: { deviation: 0.1 } })
    for (const size of WINDOWS) specs.push(...layer(`text.window${size}`, size * tokenDim, filters))
    specs.push(...layer('text.view', WINDOWS.length * filters, dim, PROJECTION))
  }
  if (image) {
    if (Math.min(views.height, views.width) < SMALLEST_SIDE)
      throw new Error(
        `MVCNN reads posters of at least ${SMALLEST_SIDE} x ${SMALLEST_SIDE} pixels; these have ${views.width} x ${views.height}. Switch images off.`,
      )
    for (let k = 0; k < CONVOLUTIONS; k++)
      specs.push(...layer(`image.${k}`, 9 * (k === 0 ? COLOURS : channels << (k - 1)), channels << k))
    specs.push(...layer('image.view', channels << (CONVOLUTIONS - 1), dim, PROJECTION))
  }
  return specs
}
/** Views start small beside the ids and the perceptron, so that training begins near popularity. */
const PROJECTION = 0.1

/** Encodes the views of items; holds the windows of pictures on the device from one step to the next. */
export class ViewEncoder {
  readonly #shape: ViewShape
  #windows: { pictures: number; layers: { windows: tf.Tensor1D; pooled: number; places: number }[] } | null = null

  constructor(shape: ViewShape) {
    this.#shape = shape
  }

  /** Uploads the views of some items. @returns their pooled vectors [n, dim] as a function of the parameters */
  upload(ids: Int32Array): (p: ParameterTensors, dropout: Dropout) => Matrix {
    const { text, image, views } = this.#shape
    const n = ids.length
    const withText = text ? ids.filter((id) => views.tokens[id * views.length] !== 0) : new Int32Array()
    const withPoster = image ? ids.filter((id) => views.hasPoster[id] === 1) : new Int32Array()
    // where none of them has the view, one goes through the network for nothing: every parameter is to have a gradient
    const encoded = (own: Int32Array): Int32Array => (own.length > 0 ? own : ids.subarray(0, 1))
    const networks = [
      ...(text ? [{ own: withText, encode: this.#uploadTexts(encoded(withText)) }] : []),
      ...(image ? [{ own: withPoster, encode: this.#uploadPictures(encoded(withPoster)) }] : []),
    ].map(({ own, encode }) => ({ encode, rows: rowsAmong(ids, own, encoded(own).length) }))
    const seen = new Set([...withText, ...withPoster])
    const missing = tf.tensor1d(
      Int32Array.from(ids, (id, i) => (seen.has(id) ? i : n)),
      'int32',
    )
    return (p, dropout) => {
      const nothing = tf.fill([1, this.#shape.dim], NOTHING) as Matrix
      const vectors = networks.map(({ encode, rows }) =>
        gatherRows(tf.concat<Matrix>([encode(p, dropout), nothing], 0), rows),
      )
      const [first, second] = vectors
      const fallback = matrix(p, 'view.missing')
      if (!first) return gatherRows(fallback, tf.zeros([n], 'int32'))
      const pooled = second ? largerOf(first, second) : first
      return gatherRows(tf.concat<Matrix>([pooled, fallback], 0), missing)
    }
  }

  dispose(): void {
    tf.dispose(this.#windows?.layers.map(({ windows }) => windows) ?? [])
    this.#windows = null
  }

  /** Filters of several widths over the words, the maximum over the text of each, and a layer (Kim 2014). */
  #uploadTexts(ids: Int32Array): (p: ParameterTensors, dropout: Dropout) => Matrix {
    const { tokens, length } = this.#shape.views
    const chosen = new Int32Array(ids.length * length)
    for (const [i, id] of ids.entries()) chosen.set(tokens.subarray(id * length, (id + 1) * length), i * length)
    const lists = WINDOWS.map((size) => {
      const { windows, places } = textWindows(chosen, length, size)
      return { name: `text.window${size}`, places, windows: tf.tensor1d(windows, 'int32') }
    })
    return (p, dropout) => {
      const found = lists.map(({ name, places, windows }) =>
        maxOfRows(convolve(matrix(p, 'text.token'), windows, filtersOf(p, name)), places),
      )
      return linearLayer(p, 'text.view', reluDropout(tf.concat(found, 1), dropout))
    }
  }

  #uploadPictures(ids: Int32Array): (p: ParameterTensors, dropout: Dropout) => Matrix {
    const { pixels, height, width } = this.#shape.views
    const size = height * width * COLOURS
    const values = new Float32Array(ids.length * size)
    for (const [i, id] of ids.entries())
      for (let j = 0; j < size; j++) values[i * size + j] = (pixels[id * size + j]! - 127.5) / 64 // about mean 0, deviation 1
    const x = tf.tensor2d(values, [ids.length * height * width, COLOURS])
    const layers = this.#windowsOf(ids.length)
    return (p, dropout) => {
      let maps = x
      for (const [k, { windows, pooled }] of layers.entries()) {
        const filters = filtersOf(p, `image.${k}`)
        const convolved = k === 0 ? convolveFrozen(maps, windows, filters) : convolve(maps, windows, filters)
        const last = k === layers.length - 1
        maps = reluDropout(maxOfRows(convolved, pooled), last ? dropout : Dropout.none)
      }
      return linearLayer(p, 'image.view', maps)
    }
  }

  /** Windows of so many pictures, layer by layer: the first ones of those that are kept. */
  #windowsOf(pictures: number): { windows: tf.Tensor1D; pooled: number }[] {
    if (!this.#windows || this.#windows.pictures < pictures) {
      this.dispose()
      this.#windows = { pictures, layers: layOutPictures(pictures, this.#shape.views) }
    }
    return this.#windows.layers.map(({ windows, pooled, places }) => ({
      pooled,
      windows: tf.slice(windows, [0], [pictures * places]),
    }))
  }
}

/** @returns for each layer its windows, kept on the device, and how many of their entries belong to one picture */
function layOutPictures(pictures: number, { height, width }: Pick<ItemViews, 'height' | 'width'>) {
  let [h, w] = [height, width]
  return Array.from({ length: CONVOLUTIONS }, (_, k) => {
    const last = k === CONVOLUTIONS - 1
    const { windows, pooled, height: nextHeight, width: nextWidth } = squareWindows(pictures, h, w, !last)
    const layer = {
      windows: tf.keep(tf.tensor1d(windows, 'int32')),
      pooled: last ? nextHeight * nextWidth : pooled,
      places: windows.length / pictures,
    }
    h = nextHeight
    w = nextWidth
    return layer
  })
}

function filtersOf(p: ParameterTensors, name: string): { weight: Matrix; bias: tf.Tensor1D } {
  return { weight: matrix(p, `${name}.weight`), bias: vectorOf(p, `${name}.bias`) }
}

/** Where each id stands among `own`, and `otherwise` where it is not there. */
function rowsAmong(ids: Int32Array, own: Int32Array, otherwise: number): tf.Tensor1D {
  const place = new Map(Array.from(own, (id, i) => [id, i]))
  return tf.tensor1d(
    Int32Array.from(ids, (id) => place.get(id) ?? otherwise),
    'int32',
  )
}
