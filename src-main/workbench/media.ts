/** Posters, plots and vectors of a data set: added from the disk, fetched from TMDB with the person's own key, shown. */
import type { Job } from '../../src-preload/contract.ts'
import { isAlive } from '../jobs/queue.ts'
import type { Context, Handlers } from './context.ts'

type Served = `datasets.${'addPosters' | 'addPlots' | 'addVectors' | 'fetchPosters' | 'posters'}`

export function mediaRequests(context: Context): Pick<Handlers, Served> {
  const { workspace, queue, library, picked } = context
  return {
    'datasets.addPosters': ({ datasetId, token, by }) => {
      const { name } = workspace.datasets.get(datasetId)
      return queue.add({
        label: `Add posters to ${name}`,
        task: { kind: 'posters', source: picked.path(token), datasetId, by },
      })
    },

    'datasets.addPlots': ({ datasetId, token, by }) => {
      const { name } = workspace.datasets.get(datasetId)
      return queue.add({
        label: `Add plots to ${name}`,
        task: { kind: 'plots', source: picked.path(token), datasetId, by },
      })
    },

    'datasets.addVectors': ({ datasetId, token, name: modality, by }) => {
      const { name, vectors } = workspace.datasets.get(datasetId)
      // their files could not lie beside each other on every file system
      const alike = vectors.find((v) => v.name !== modality && v.name.toLowerCase() === modality.toLowerCase())
      if (alike)
        throw new Error(`'${name}' has vectors called ${alike.name} already. Write the name the same, or take another.`)
      return queue.add({
        label: `Add ${modality} vectors to ${name}`,
        task: { kind: 'vectors', source: picked.path(token), datasetId, name: modality, by },
      })
    },

    // the key goes to the job in a message and is nowhere else: not in the label, not in a file, not in a log
    'datasets.fetchPosters': ({ datasetId, key }) => {
      const { name } = workspace.datasets.get(datasetId)
      const same = (job: Job): boolean => job.kind === 'fetch-posters' && job.datasetId === datasetId
      if (queue.list().some((job) => same(job) && isAlive(job)))
        throw new Error(`Posters for '${name}' are being fetched already. Cancel that job first to use another key.`)
      return queue.add({ label: `Fetch posters for ${name}`, task: { kind: 'fetch-posters', datasetId, key } })
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
