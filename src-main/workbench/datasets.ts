/** Data sets: import, the sample, posters and plots, the cleaning report, movies. */
import { recogniseSource } from '../datasets/import.ts'
import { newId } from '../workspace/paths.ts'
import type { Context, Requests } from './context.ts'

/** The sample is the same for everybody: numbers on it can be compared across machines. */
const sampleSeed = 1
const sampleName = 'Sample (synthetic)'

export function datasetRequests(context: Context): Requests<'datasets'> {
  const { workspace, queue, library, picked } = context
  return {
    'datasets.list': () => workspace.datasets.list(),

    'datasets.recognise': ({ token }) => recogniseSource(picked.path(token)),

    'datasets.import': ({ token, name }) => {
      const source = picked.path(token)
      const datasetId = newId('ds')
      workspace.datasets.expect(datasetId)
      return queue.add({ label: `Import ${name}`, task: { kind: 'import', source, datasetId, name } })
    },

    'datasets.sample': () => {
      const waiting = queue
        .list()
        .find((job) => job.kind === 'sample' && (job.state === 'queued' || job.state === 'running'))
      if (waiting) return waiting
      const datasetId = newId('ds')
      workspace.datasets.expect(datasetId)
      const task = { kind: 'sample', datasetId, name: sampleName, seed: sampleSeed } as const
      return queue.add({ label: 'Make the sample', task })
    },

    'datasets.addPosters': ({ datasetId, token }) => {
      const { name } = workspace.datasets.get(datasetId)
      return queue.add({
        label: `Add posters to ${name}`,
        task: { kind: 'posters', source: picked.path(token), datasetId },
      })
    },

    'datasets.addPlots': ({ datasetId, token }) => {
      const { name } = workspace.datasets.get(datasetId)
      return queue.add({
        label: `Add plots to ${name}`,
        task: { kind: 'plots', source: picked.path(token), datasetId },
      })
    },

    'datasets.report': ({ datasetId }) => {
      const report = library.dataset(datasetId).report()
      const attached = [library.posters(datasetId), library.plots(datasetId)].flatMap((file) => file?.findings() ?? [])
      return { ...report, findings: [...report.findings, ...attached] }
    },

    'datasets.remove': ({ datasetId }) => {
      const { name } = workspace.datasets.get(datasetId)
      const users = workspace.experiments.usingDataset(datasetId).map((experiment) => `'${experiment.spec.name}'`)
      if (users.length > 0) {
        throw new Error(
          `'${name}' cannot be removed: ${users.length === 1 ? 'the experiment' : 'the experiments'} ${users.join(', ')} ${users.length === 1 ? 'uses' : 'use'} it. Remove ${users.length === 1 ? 'that' : 'those'} first.`,
        )
      }
      const job = queue.list().find((j) => j.datasetId === datasetId && (j.state === 'queued' || j.state === 'running'))
      if (job)
        throw new Error(`'${name}' cannot be removed while the job '${job.label}' works on it. Cancel the job first.`)
      library.forget(datasetId)
      workspace.transaction(() => workspace.datasets.remove(datasetId))
      workspace.discard('dataset', datasetId)
      context.emit('datasets.changed', { datasetId: null })
      return null
    },

    'datasets.movies': ({ datasetId, search, offset, limit }) => {
      const { total, movies } = library.dataset(datasetId).searchMovies(search, offset, limit)
      return { total, movies: movies.map((movie) => library.withMedia(datasetId, movie)) }
    },

    'datasets.posters': ({ datasetId, movieIds }) => {
      const posters = library.posters(datasetId)
      const urls: Record<number, string> = {}
      for (const movieId of movieIds) {
        const jpeg = posters?.get(movieId)
        if (jpeg) urls[movieId] = `data:image/jpeg;base64,${Buffer.from(jpeg).toString('base64')}`
      }
      return urls
    },
  }
}
