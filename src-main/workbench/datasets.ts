/** Data sets come in and are listed: import, tables of no known release, the sample, the cleaning report. */
import { previewSource, recogniseSource } from '../datasets/importing/recognise.ts'
import { isAlive } from '../jobs/queue.ts'
import { newId } from '../workspace/paths.ts'
import type { Context, Handlers } from './context.ts'

/** The sample is the same for everybody: numbers on it can be compared across machines. */
const sampleSeed = 1
const sampleName = 'Sample (synthetic)'

type Served = `datasets.${'list' | 'recognise' | 'previewTable' | 'import' | 'sample' | 'report'}`

export function datasetRequests(context: Context): Pick<Handlers, Served> {
  const { workspace, queue, reader, picked } = context
  return {
    'datasets.list': () => workspace.datasets.list(),

    'datasets.recognise': ({ token }) => recogniseSource(picked.path(token)),

    'datasets.previewTable': ({ token, mapping }) => previewSource(picked.path(token), mapping),

    'datasets.import': ({ token, name, mapping }) => {
      const source = picked.path(token)
      const datasetId = newId('ds')
      workspace.datasets.expect(datasetId)
      return queue.add({ label: `Import ${name}`, task: { kind: 'import', source, datasetId, name, mapping } })
    },

    'datasets.sample': () => {
      const waiting = queue.list().find((job) => job.kind === 'sample' && isAlive(job))
      if (waiting) return waiting
      const datasetId = newId('ds')
      workspace.datasets.expect(datasetId)
      const task = { kind: 'sample', datasetId, name: sampleName, seed: sampleSeed } as const
      return queue.add({ label: 'Make the sample', task })
    },

    'datasets.report': async ({ datasetId }) =>
      reader.ask('datasets.report', { datasetId: workspace.datasets.get(datasetId).id }),
  }
}
