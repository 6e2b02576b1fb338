/** Domains and protocol, as previews: what a choice makes of the data set, before anything is trained. */
import { assignDomains, suggestDomains, summariseDomains } from '../datasets/domains.ts'
import type { Context, Requests } from './context.ts'

export function domainRequests({ library }: Context): Requests<'domains' | 'protocol'> {
  return {
    'domains.suggest': ({ datasetId }) => suggestDomains(library.dataset(datasetId).movies().genreNames),

    'domains.preview': ({ datasetId, domains }) => {
      const dataset = library.dataset(datasetId)
      const movies = dataset.movies()
      return summariseDomains({ movies, ratings: dataset.ratings() }, assignDomains(movies, domains), domains)
    },

    'protocol.preview': ({ datasetId, domains, protocol }) => library.prepared(datasetId, domains, protocol).summary,
  }
}
