/** Asks a model for the lists of a block of users a few at a time, so that a cancel is heard between them, and joins the answers. */
import type { Turn } from './ranking-crew.ts'
import type { RowEntries } from './scoring.ts'

/** Users asked for between two turns: a model that looks for the neighbours of each needs milliseconds a user on large data. */
const ASKED = 64

/** @returns the lists of all of them, one after the other @throws what `turn` or the model throws; Error when an answer has a wrong shape */
export async function askedEntries(
  ask: (users: Uint32Array) => Promise<RowEntries>,
  users: Uint32Array,
  turn: Turn,
): Promise<RowEntries> {
  const parts: RowEntries[] = []
  for (let first = 0; first === 0 || first < users.length; first += ASKED) {
    await turn()
    const some = users.slice(first, first + ASKED)
    const part = await ask(some)
    if (part.indptr.length !== some.length + 1)
      throw new Error(
        `The model gave lists of ${part.indptr.length - 1} users where ${some.length} were asked for. This is a defect of the model.`,
      )
    parts.push(part)
  }
  return parts.length === 1 ? parts[0]! : joined(parts) // the loop runs at least once
}

function joined(parts: readonly RowEntries[]): RowEntries {
  const size = (of: (part: RowEntries) => number): number => parts.reduce((sum, part) => sum + of(part), 0)
  const out: RowEntries = {
    indptr: new Uint32Array(1 + size(({ indptr }) => indptr.length - 1)),
    indices: new Uint32Array(size(({ indices }) => indices.length)),
    values: parts.some(({ values }) => values) ? new Float32Array(size(({ indices }) => indices.length)).fill(1) : null,
  }
  let [row, at] = [0, 0]
  for (const { indptr, indices, values } of parts) {
    for (let r = 1; r < indptr.length; r++) out.indptr[row + r] = at + indptr[r]!
    out.indices.set(indices, at)
    if (values) out.values?.set(values, at)
    row += indptr.length - 1
    at += indices.length
  }
  return out
}
