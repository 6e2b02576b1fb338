/** Reads a report's manifest.json back: the experiment it describes, and what its numbers depend on. */
import * as v from 'valibot'
import type { ExperimentSpec } from '../../src-preload/contract.ts'
import { experimentSpec, issueText } from '../workspace/schemas.ts'

export interface Manifest {
  /** Without the data set's id: that is another one in each workspace. */
  spec: Omit<ExperimentSpec, 'datasetId'>
  datasetName: string
  datasetHash: string
  cardHash: string
}

/** What else stands in it (versions, results) says where the numbers came from; running again needs only these. */
const schema = v.object({
  manifest: v.literal(1, 'it is of another version of Crossreel'),
  spec: v.record(v.string(), v.unknown()),
  dataset: v.object({ name: v.string(), hash: v.string() }),
  protocol: v.object({ hash: v.string() }),
})
/** Any id of a data set: it makes the specification whole for its schema, and is taken off again. */
const anyDataset = 'ds-0000000000000000'

/** @throws Error that names the file, when it is not JSON or lacks what running again needs */
export function readManifest(text: string, path: string): Manifest {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new Error(`${path} is not JSON. Give the manifest.json of a report.`)
  }
  const refuse = (issues: readonly v.BaseIssue<unknown>[]): never => {
    throw new Error(`${path} is no manifest: ${issueText(issues)}. Give the manifest.json of a report.`)
  }
  const outer = v.safeParse(schema, json)
  if (!outer.success) return refuse(outer.issues)
  const { dataset, protocol } = outer.output
  const inner = v.safeParse(experimentSpec, { ...outer.output.spec, datasetId: anyDataset })
  if (!inner.success) return refuse(inner.issues)
  const { datasetId: _placeholder, ...spec } = inner.output
  return { spec, datasetName: dataset.name, datasetHash: dataset.hash, cardHash: protocol.hash }
}
