/** The one door of the workbench: every request's argument as a schema. What does not fit is refused with a sentence that names the field. */
import * as v from 'valibot'
import type { Argument, RequestName } from '../../src-preload/contract.ts'
import {
  cleaningRecipe,
  domainSpec,
  experimentSpec,
  id,
  issueText,
  mediaKey,
  modelConfig,
  partialSettings,
  protocolSpec,
  type SchemaOf,
  seriesName,
  studySpec,
  tableMapping,
  text,
} from '../workspace/schemas.ts'
import { vectorName } from '../workspace/vector-schemas.ts'

const nothing = v.strictObject({})
const token = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/, 'it is no token of a picked file'))
const apiKey = v.pipe(v.string(), v.trim(), v.regex(/^[0-9A-Za-z._-]{16,400}$/, 'it is no TMDB key'))
const search = v.pipe(v.string(), v.maxLength(200, 'it is longer than 200 letters'))
const upTo = (most: number): v.GenericSchema<number> => v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(most))
const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffffffff))
const metric = v.pipe(v.string(), v.regex(/^[a-z]+(@\d{1,4})?$/, 'it is no metric, as ndcg@10 is'))
const comparison = {
  experimentId: id,
  metric,
  domain: v.picklist(['A', 'B', 'mean']),
  baseline: v.nullable(v.string()),
}

const schemas: { [N in RequestName]: SchemaOf<Argument<N>> } = {
  'app.info': nothing,
  'settings.get': nothing,
  'settings.set': partialSettings,

  'files.pick': v.strictObject({
    purpose: v.picklist(['dataset', 'posters', 'plots', 'vectors', 'links', 'lists', 'folder', 'weights']),
    folder: v.boolean(),
  }),
  'files.typed': v.strictObject({
    path: v.pipe(v.string(), v.trim(), v.minLength(1, 'it is empty'), v.maxLength(4096)),
  }),

  'datasets.list': nothing,
  'datasets.recognise': v.strictObject({ token }),
  'datasets.previewTable': v.strictObject({ token, mapping: tableMapping }),
  'datasets.import': v.strictObject({ token, name: text, mapping: v.nullable(tableMapping) }),
  'datasets.sample': nothing,
  'datasets.cleanPreview': v.strictObject({ datasetId: id, recipe: cleaningRecipe }),
  'datasets.clean': v.strictObject({ datasetId: id, name: text, recipe: cleaningRecipe }),
  'datasets.combine': v.strictObject({ first: id, second: id, name: text, links: v.nullable(token) }),
  'datasets.addPosters': v.strictObject({ datasetId: id, token, by: mediaKey }),
  'datasets.addPlots': v.strictObject({ datasetId: id, token, by: mediaKey }),
  'datasets.addVectors': v.strictObject({ datasetId: id, token, name: vectorName, by: mediaKey }),
  'datasets.fetchPosters': v.strictObject({ datasetId: id, key: apiKey }),
  'datasets.report': v.strictObject({ datasetId: id }),
  'datasets.facts': v.strictObject({ datasetId: id }),
  'datasets.rename': v.strictObject({ datasetId: id, name: text }),
  'datasets.note': v.strictObject({
    datasetId: id,
    notes: v.pipe(v.string(), v.maxLength(10_000, 'it is longer than 10,000 letters')),
  }),
  'datasets.remove': v.strictObject({ datasetId: id }),
  'datasets.removed': nothing,
  'datasets.restore': v.strictObject({ datasetId: id }),
  'datasets.users': v.strictObject({
    datasetId: id,
    search,
    sort: v.picklist(['id', 'ratings']),
    offset: count,
    limit: upTo(500),
  }),
  'datasets.history': v.strictObject({ datasetId: id, user: count, offset: count, limit: upTo(500) }),
  'datasets.movies': v.strictObject({ datasetId: id, search, offset: count, limit: upTo(500) }),
  'datasets.posters': v.strictObject({
    datasetId: id,
    movieIds: v.pipe(v.array(count), v.maxLength(100, 'there are more than 100 movies')),
  }),

  'domains.suggest': v.strictObject({ datasetId: id }),
  'domains.preview': v.strictObject({ datasetId: id, domains: domainSpec }),
  'domains.presets': v.strictObject({ datasetId: id }),
  'domains.saved': v.strictObject({ datasetId: id }),
  'domains.save': v.strictObject({ datasetId: id, name: text, spec: domainSpec }),
  'domains.forget': v.strictObject({ mapId: id }),
  'domains.readLists': v.strictObject({ datasetId: id, token }),
  'protocol.preview': v.strictObject({ datasetId: id, domains: domainSpec, protocol: protocolSpec }),

  'models.list': nothing,
  'metrics.list': nothing,

  'experiments.list': nothing,
  'experiments.get': v.strictObject({ experimentId: id }),
  'experiments.estimate': experimentSpec,
  'experiments.create': experimentSpec,
  'experiments.ablation': v.strictObject({ config: modelConfig }),
  'experiments.remove': v.strictObject({ experimentId: id }),

  'studies.list': nothing,
  'studies.get': v.strictObject({ studyId: id }),
  'studies.suggest': v.strictObject({ datasetId: id, kind: v.picklist(['table1', 'table2', 'tuning']) }),
  'studies.create': studySpec,
  'studies.pause': v.strictObject({ studyId: id }),
  'studies.resume': v.strictObject({ studyId: id }),
  'studies.cancel': v.strictObject({ studyId: id }),
  'studies.remove': v.strictObject({ studyId: id }),
  'studies.export': v.strictObject({
    studyId: id,
    metric,
    domain: v.picklist(['A', 'B', 'mean']),
    format: v.picklist(['latex', 'csv', 'markdown', 'text']),
  }),

  'runs.get': v.strictObject({ runId: id }),
  'runs.series': v.strictObject({ runId: id, name: seriesName, points: v.pipe(upTo(100_000), v.minValue(2)) }),
  'runs.cancel': v.strictObject({ runId: id }),
  'runs.retry': v.strictObject({ runId: id }),
  'runs.pause': v.strictObject({ runId: id }),
  'runs.resume': v.strictObject({ runId: id }),
  'runs.exportModel': v.strictObject({ runId: id, token }),
  'runs.importModel': v.strictObject({ experimentId: id, token }),

  'jobs.list': nothing,
  'jobs.cancel': v.strictObject({ jobId: id }),

  'compare.table': v.strictObject(comparison),
  'compare.export': v.strictObject({ ...comparison, format: v.picklist(['latex', 'csv', 'markdown']) }),
  'compare.history': v.strictObject({ experimentId: id, metric, domain: v.picklist(['A', 'B']) }),
  'compare.cards': v.strictObject({ first: id, second: id }),
  'compare.looks': v.strictObject({ experimentId: id }),
  'reports.write': v.strictObject({ experimentId: id }),

  'workspace.use': nothing,
  'workspace.backup': v.strictObject({ token }),
  'workspace.restore': v.strictObject({ token }),
  'workspace.move': v.strictObject({ token }),

  'inspect.users': v.strictObject({
    experimentId: id,
    search,
    limit: upTo(1000),
    order: v.exactOptional(v.picklist(['user', 'ratings', 'ratingsA', 'ratingsB', 'test'])),
  }),
  'inspect.user': v.strictObject({
    experimentId: id,
    runIds: v.pipe(v.array(id), v.maxLength(20, 'there are more than 20 runs')),
    user: count,
    k: upTo(1000),
  }),
}

export function isRequest(name: string): name is RequestName {
  return Object.hasOwn(schemas, name)
}

/** @throws Error that names the request and the field */
export function parseArgument<N extends RequestName>(name: N, argument: unknown): Argument<N> {
  const schema: SchemaOf<Argument<N>> = schemas[name]
  const result = v.safeParse(schema, argument)
  if (result.success) return result.output
  throw new Error(`The request ${name} cannot be answered: ${issueText(result.issues)}.`)
}
