/** Lays the item side of a scoring out in the memory of the ranking kernels. */
import { packPanels, packStrips, STRIP } from './packing.ts'
import type { Turn } from './ranking-crew.ts'
import type { RankingHeap } from './ranking-heap.ts'
import type { Scoring } from './scoring.ts'

/** Fields of `Scores` in backends/kernels/assembly/ranking.ts. */
export interface ItemSide {
  width: number
  matrix: number
  bias: number
  rowStart: number
  columns: number
}

/** Numbers laid out between two turns. */
const PIECE = 1 << 24
const PANEL = 8

/** @param items of the domain  @throws what `turn` throws; Error when there is not so much memory, or when shapes do not fit */
export async function layOutItems(heap: RankingHeap, scoring: Scoring, items: number, turn: Turn): Promise<ItemSide> {
  const side: ItemSide = { width: 0, matrix: 0, bias: 0, rowStart: 0, columns: 0 }
  if (scoring.kind === 'vectors') {
    const { width, items: vectors, bias } = scoring
    if (vectors.length !== items * width || (bias && bias.length !== items)) throw new Error(wrongItems(items))
    const whole = Math.ceil(items / PANEL) * PANEL
    side.width = width
    side.matrix = heap.allocate(4 * whole * width)
    const piece = Math.ceil(PIECE / width / PANEL) * PANEL
    for (let first = 0; first < items; first += piece) {
      await turn()
      const some = vectors.subarray(first * width, (first + piece) * width)
      const count = Math.min(piece, whole - first)
      packPanels(some, width, PANEL, heap.floats(side.matrix + 4 * first * width, count * width))
    }
    if (bias) {
      side.bias = heap.allocate(4 * whole)
      heap.floats(side.bias, whole).fill(0).set(bias)
    }
  } else if (scoring.kind === 'dense') {
    const { rows, stride, first, matrix } = scoring
    if (matrix.length < rows * stride || first + items > stride) throw new Error(wrongItems(items))
    const whole = Math.ceil(items / STRIP) * STRIP
    side.width = rows
    side.matrix = heap.allocate(4 * whole * rows)
    const piece = Math.ceil(PIECE / rows / STRIP) * STRIP
    for (let column = 0; column < items; column += piece) {
      await turn()
      const count = Math.min(piece, items - column)
      const out = heap.floats(side.matrix + 4 * column * rows, Math.min(piece, whole - column) * rows)
      packStrips(matrix, { rows, stride, first: first + column }, count, out)
    }
  } else if (scoring.kind === 'sparse') {
    const { indptr, indices, values } = scoring.matrix
    refuseBeyond(indices, items)
    side.rowStart = heap.keep(indptr)
    side.columns = heap.keep(indices)
    side.matrix = heap.keep(values ?? new Float32Array(indices.length).fill(1))
  }
  return side
}

/** The kernels do not look where they read and write. @throws Error when an index is not below `limit` */
export function refuseBeyond(indices: Uint32Array, limit: number): void {
  const at = indices.findIndex((index) => index >= limit)
  if (at >= 0)
    throw new Error(`The model refers to row or item ${indices[at]} of ${limit}. This is a defect of the model.`)
}

const wrongItems = (items: number): string =>
  `The model's item side does not fit ${items} items. This is a defect of the model.`
