/** What a data-set file says of itself, in its present layout and in the first one, whose numbers have to be counted from its ratings. */
import type { Database } from 'better-sqlite3'
import * as v from 'valibot'
import type { ColumnReader } from './column-reader.ts'
import type { DatasetDescription } from './dataset-content.ts'
import type { ContentSummary } from './dataset-writer.ts'
import { ratingSummarySchema, RatingStatistics } from './rating-statistics.ts'
import { layoutOf } from './staged-database.ts'

export interface DatasetFileMeta {
  description: DatasetDescription
  /** Known without a look at the ratings. */
  summary: Omit<ContentSummary, 'stars' | 'timeline'>
  /** From the file, or counted where it is of the first layout. */
  ratings: () => Pick<ContentSummary, 'stars' | 'timeline'>
}

const descriptionSchema = v.object({
  id: v.string(),
  name: v.string(),
  synthetic: v.boolean(),
  format: v.string(),
  importedAt: v.number(),
  rowsRead: v.number(),
})
const presentDescription = v.object({
  ...descriptionSchema.entries,
  parents: v.array(v.string()),
  recipe: v.string(),
  recipeJson: v.exactOptional(v.string()),
})
const summarySchema = v.intersect([
  ratingSummarySchema,
  v.object({
    hash: v.string(),
    rowsKept: v.number(),
    catalogues: v.array(v.string()),
    standardised: v.picklist(['none', 'user', 'global']),
  }),
])
/** The first layout kept everything in one description. */
const firstDescription = v.object({
  ...descriptionSchema.entries,
  firstRatingAt: v.number(),
  lastRatingAt: v.number(),
  hash: v.string(),
  rowsKept: v.number(),
})

export function readMeta(db: Database, columns: ColumnReader): DatasetFileMeta {
  return layoutOf(db) === 1 ? readFirstLayout(db, columns) : readPresentLayout(db)
}

function readPresentLayout(db: Database): DatasetFileMeta {
  const description = v.parse(presentDescription, value(db, 'description'))
  const summary = v.parse(summarySchema, value(db, 'contents'))
  return { description, summary, ratings: () => summary }
}

function readFirstLayout(db: Database, columns: ColumnReader): DatasetFileMeta {
  const first = v.parse(firstDescription, value(db, 'description'))
  const { id, name, synthetic, format, importedAt, rowsRead, ...summary } = first
  return {
    description: { id, name, synthetic, format, importedAt, rowsRead, parents: [], recipe: '' },
    summary: { ...summary, catalogues: [], standardised: 'none' },
    ratings: () => {
      const statistics = new RatingStatistics(importedAt)
      statistics.add(columns.words('item'), columns.bytes('rating2'), columns.words('time'))
      return statistics.summary()
    },
  }
}

function value(db: Database, key: string): unknown {
  const text = db.prepare<[string], string>('SELECT value FROM meta WHERE key = ?').pluck().get(key)
  return JSON.parse(text ?? 'null')
}
