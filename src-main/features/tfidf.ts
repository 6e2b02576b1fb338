/** Documents of weighted fields -> sparse TF-IDF rows in hashed columns. */
import type { SparseRows } from './sparse.ts'
import { column } from './tokens.ts'

/** Terms of one field of a document; the field's prefix keeps its columns apart from others' (words of title and plot share one). */
export interface Field {
  prefix: string
  weight: number
  terms: string[]
}
export type TermDocument = Field[]

export interface TfIdfOptions {
  /** Terms hash into 2^bits columns. */
  bits: number
  /** Columns in fewer documents are dropped: they relate no two documents. */
  minDocuments: number
}

/**
 * Value of a column in a document = sum over its fields of weight * (1 + ln count), times the smooth idf
 * ln((1 + n) / (1 + df)) + 1 (scikit-learn's formula); rows have L2 norm 1, or are empty.
 * Columns are renumbered 0..cols-1 in the order of their hashes, unused ones left out.
 */
export function tfIdf(documents: TermDocument[], options: TfIdfOptions): SparseRows {
  const rows = documents.map((document) => weights(document, options.bits))
  const df = new Uint32Array(2 ** options.bits)
  let total = 0
  for (const row of rows) for (const c of row.keys()) df[c]!++
  const renumbered = new Uint32Array(df.length)
  let cols = 0
  for (let c = 0; c < df.length; c++) {
    if (df[c]! < options.minDocuments) continue
    renumbered[c] = cols++
    total += df[c]!
  }

  const out: SparseRows = {
    rows: documents.length,
    cols,
    indptr: new Uint32Array(documents.length + 1),
    index: new Uint32Array(total),
    value: new Float64Array(total),
  }
  let at = 0
  for (let r = 0; r < rows.length; r++) {
    const start = at
    const kept = [...rows[r]!].filter(([c]) => df[c]! >= options.minDocuments).sort((a, b) => a[0] - b[0])
    let squares = 0
    for (const [c, weight] of kept) {
      const x = weight * (Math.log((1 + documents.length) / (1 + df[c]!)) + 1)
      out.index[at] = renumbered[c]!
      out.value[at++] = x
      squares += x * x
    }
    const norm = Math.sqrt(squares)
    for (let j = start; j < at; j++) out.value[j]! /= norm
    out.indptr[r + 1] = at
  }
  return out
}

/** Hashed column -> weighted sublinear term frequency. */
function weights(document: TermDocument, bits: number): Map<number, number> {
  const out = new Map<number, number>()
  for (const field of document) {
    const counts = new Map<number, number>()
    for (const term of field.terms) {
      const c = column(field.prefix + term, bits)
      counts.set(c, (counts.get(c) ?? 0) + 1)
    }
    for (const [c, count] of counts) out.set(c, (out.get(c) ?? 0) + field.weight * (1 + Math.log(count)))
  }
  return out
}
