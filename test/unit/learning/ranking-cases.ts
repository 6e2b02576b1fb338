/** Small rankings to compare with: plain lists to the forms that ranking takes, and the answer by sorting everything in float64. */
import type { PositionLists } from '../../../src-main/learning/scoring/ranker.ts'
import type { RowEntries, Scoring } from '../../../src-main/learning/scoring/scoring.ts'

export function listsOf(lists: number[][]): PositionLists {
  const { indptr, indices } = entriesOf(lists, null)
  return { indptr, positions: indices }
}

export function entriesOf(lists: number[][], values: number[][] | null): RowEntries {
  const indptr = new Uint32Array(lists.length + 1)
  lists.forEach((list, u) => (indptr[u + 1] = indptr[u]! + list.length))
  return {
    indptr,
    indices: Uint32Array.from(lists.flat()),
    values: values && Float32Array.from(values.flat()),
  }
}

/** Sums of rows, as a dense matrix that begins and ends within a larger one, and as a sparse one. @param matrix [rows][items] */
export function scoringsOf(matrix: number[][], histories: number[][], factors: number[][]): Scoring[] {
  const users = async (asked: Uint32Array): Promise<RowEntries> =>
    entriesOf(
      Array.from(asked, (u) => histories[u]!),
      Array.from(asked, (u) => factors[u]!),
    )
  const sparse = matrix.map((row) => row.flatMap((value, i) => (value === 0 ? [] : [[i, value] as const])))
  const stride = matrix[0]!.length + 3
  return [
    {
      kind: 'dense',
      matrix: Float32Array.from(matrix.flatMap((row) => [9, ...row, 9, 9])),
      rows: matrix.length,
      stride,
      first: 1,
      users,
    },
    {
      kind: 'sparse',
      matrix: entriesOf(
        sparse.map((row) => row.map(([i]) => i)),
        sparse.map((row) => row.map(([, value]) => value)),
      ),
      users,
    },
  ]
}

/** By sorting all candidates of every user: score descending, then position. */
export function bruteForce(
  scores: number[][],
  seen: number[][],
  held: number[][],
  k: number,
): { lists: number[][]; midranks: number[] } {
  const midranks: number[] = []
  const lists = scores.map((row, u) => {
    const sorted = row
      .map((score, i) => ({ score, i }))
      .filter(({ i }) => !seen[u]!.includes(i))
      .sort((a, b) => b.score - a.score || a.i - b.i)
    for (const h of held[u]!) {
      const first = sorted.findIndex(({ score }) => score === row[h])
      const last = sorted.findLastIndex(({ score }) => score === row[h])
      midranks.push((first + last) / 2 + 1)
    }
    return sorted.slice(0, k).map(({ i }) => i)
  })
  return { lists, midranks }
}
