/** Parses what crosses the process boundary, at both ends. The launchers and the job's entry use these and nothing else. */
import * as v from 'valibot'
import {
  backendChoice,
  backendId,
  backendInfo,
  cleaningRecipe,
  domainSpec,
  id,
  issueText,
  mediaKey,
  modelConfig,
  protocolSpec,
  type SchemaOf,
  series,
  tableMapping,
} from '../workspace/schemas.ts'
import { vectorName } from '../workspace/vector-schemas.ts'
import type { JobCommand, JobEvent, JobResult, JobTask } from './messages.ts'

const task: SchemaOf<JobTask> = v.variant('kind', [
  v.strictObject({
    kind: v.literal('import'),
    source: v.string(),
    datasetId: id,
    name: v.string(),
    mapping: v.nullable(tableMapping),
  }),
  v.strictObject({ kind: v.literal('sample'), datasetId: id, name: v.string(), seed: v.number() }),
  v.strictObject({
    kind: v.literal('clean'),
    parent: id,
    parentName: v.string(),
    datasetId: id,
    name: v.string(),
    recipe: cleaningRecipe,
  }),
  v.strictObject({
    kind: v.literal('combine'),
    first: id,
    second: id,
    names: v.tuple([v.string(), v.string()]),
    datasetId: id,
    name: v.string(),
    links: v.nullable(v.string()),
  }),
  v.strictObject({ kind: v.literal('posters'), source: v.string(), datasetId: id, by: mediaKey }),
  v.strictObject({ kind: v.literal('fetch-posters'), datasetId: id, key: v.string() }),
  v.strictObject({ kind: v.literal('plots'), source: v.string(), datasetId: id, by: mediaKey }),
  v.strictObject({ kind: v.literal('vectors'), source: v.string(), datasetId: id, name: vectorName, by: mediaKey }),
  v.strictObject({ kind: v.picklist(['backup', 'move']), target: v.string() }),
  v.strictObject({ kind: v.literal('restore'), source: v.string() }),
  v.strictObject({
    kind: v.literal('train'),
    runId: id,
    datasetId: id,
    domains: domainSpec,
    protocol: protocolSpec,
    model: v.string(),
    config: modelConfig,
    seed: v.number(),
    resume: v.boolean(),
    backend: backendChoice,
    test: v.boolean(),
    medians: v.array(v.number()),
    weights: v.nullable(v.string()),
  }),
  v.strictObject({ kind: v.literal('probe'), backend: backendId }),
  v.strictObject({ kind: v.literal('read') }),
])

const command: SchemaOf<JobCommand> = v.variant('type', [
  v.strictObject({
    type: v.literal('start'),
    workspace: v.string(),
    task,
    threads: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  }),
  v.strictObject({ type: v.picklist(['pause', 'resume', 'cancel']) }),
  v.strictObject({
    type: v.literal('ask'),
    id: v.number(),
    question: v.string(),
    argument: v.unknown(),
    lane: v.nullable(v.string()),
  }),
])

const result: SchemaOf<JobResult> = v.variant('kind', [
  v.strictObject({
    kind: v.picklist(['import', 'sample', 'clean', 'combine', 'posters', 'fetch-posters', 'plots', 'vectors']),
    datasetId: id,
  }),
  v.strictObject({ kind: v.picklist(['backup', 'move']), target: v.string() }),
  v.strictObject({ kind: v.literal('restore'), datasetIds: v.array(id), experimentIds: v.array(id) }),
  v.strictObject({ kind: v.literal('train'), runId: id }),
  v.strictObject({ kind: v.literal('probe'), backend: backendInfo }),
])

const event: SchemaOf<JobEvent> = v.variant('type', [
  v.strictObject({ type: v.literal('ready') }),
  v.strictObject({
    type: v.literal('progress'),
    phase: v.string(),
    fraction: v.nullable(v.number()),
    eta: v.nullable(v.number()),
    samplesPerSecond: v.nullable(v.number()),
  }),
  v.strictObject({ type: v.literal('points'), series: v.array(series) }),
  v.strictObject({ type: v.literal('log'), level: v.picklist(['info', 'warning']), text: v.string() }),
  v.strictObject({ type: v.literal('done'), result }),
  v.strictObject({ type: v.literal('failed'), cancelled: v.boolean(), reason: v.string() }),
  v.strictObject({ type: v.literal('answer'), id: v.number(), answer: v.unknown() }),
  v.strictObject({ type: v.literal('unanswered'), id: v.number(), overtaken: v.boolean(), reason: v.string() }),
])

/** @throws Error on anything that is not a command */
export function parseCommand(message: unknown): JobCommand {
  return parse(command, message, 'command')
}

/** @throws Error on anything that is not an event */
export function parseEvent(message: unknown): JobEvent {
  return parse(event, message, 'event')
}

function parse<T>(schema: SchemaOf<T>, message: unknown, what: string): T {
  const parsed = v.safeParse(schema, message)
  if (parsed.success) return parsed.output
  throw new Error(`A message between Crossreel and its job is no ${what} (${issueText(parsed.issues)}).`)
}
