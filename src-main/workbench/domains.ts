/** Domains and protocol, as previews: what a choice makes of the data set, before anything is trained; and domain maps that were given a name. */
import { domainsHash } from '../datasets/splitting/protocol-hash.ts'
import { newId } from '../workspace/paths.ts'
import type { Context, Requests } from './context.ts'
import { splitQuestion } from './reader.ts'

export function domainRequests(context: Context): Requests<'domains' | 'protocol'> {
  const { workspace, reader, picked } = context
  const listed = (datasetId: string): string => workspace.datasets.get(datasetId).id
  return {
    'domains.suggest': async ({ datasetId }) => reader.ask('domains.suggest', { datasetId: listed(datasetId) }),

    'domains.presets': async ({ datasetId }) => reader.ask('domains.presets', { datasetId: listed(datasetId) }),

    'domains.preview': async ({ datasetId, domains }) =>
      reader.ask('domains.preview', { datasetId: listed(datasetId), domains }, 'domains'),

    'domains.saved': ({ datasetId }) => workspace.domainMaps.ofDataset(listed(datasetId)),

    'domains.save': async ({ datasetId, name, spec }) => {
      await reader.ask('domains.preview', { datasetId: listed(datasetId), domains: spec }) // refuses what does not fit the data set
      const map = { id: newId('map'), datasetId, name, spec, hash: domainsHash(spec), createdAt: context.now() }
      return workspace.transaction(() => workspace.domainMaps.save(map))
    },

    'domains.forget': ({ mapId }) => {
      workspace.domainMaps.get(mapId)
      workspace.transaction(() => workspace.domainMaps.remove(mapId))
      return null
    },

    'domains.readLists': async ({ datasetId, token }) => {
      const path = picked.path(token)
      return reader.ask('domains.readLists', { datasetId: listed(datasetId), path, name: listName(path) })
    },

    'protocol.preview': async (asked) => reader.ask('split.preview', splitQuestion(workspace, asked), 'protocol'),
  }
}

/** 'genres by hand.csv' -> 'genres by hand'. */
function listName(path: string): string {
  const base = path.replace(/^.*[\\/]/, '')
  return base.replace(/\.\w{1,5}$/, '').slice(0, 200) || base
}
