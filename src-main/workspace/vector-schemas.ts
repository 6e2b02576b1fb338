/** Schemas of what is said about item vectors, in requests, messages, rows and files. */
import * as v from 'valibot'
import type { CleaningFinding, Dataset } from '../../src-preload/contract.ts'
import type { SchemaOf } from './schemas.ts'

const count = v.pipe(v.number(), v.integer(), v.minValue(0))

/** Of a modality: it is part of a file's name, and names a feature table beside those of text and image. */
export const vectorName: SchemaOf<string> = v.pipe(
  v.string(),
  v.trim(),
  v.regex(/^[A-Za-z0-9_-]{1,40}$/, 'it is not 1 to 40 letters, digits, - and _'),
  v.check(
    (given) => !['text', 'image'].includes(given.toLowerCase()),
    'text and image are made of titles, plots and posters; take another name',
  ),
)

export const vectorSummaries: SchemaOf<Dataset['vectors']> = v.array(
  v.strictObject({ name: v.string(), dim: count, movies: count }),
)

export const cleaningFindings: SchemaOf<CleaningFinding[]> = v.array(
  v.strictObject({
    file: v.string(),
    reason: v.string(),
    count,
    treatment: v.picklist(['removed', 'repaired', 'kept']),
    examples: v.array(v.strictObject({ line: count, text: v.string() })),
  }),
)
