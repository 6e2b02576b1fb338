/** Data sets made of others: cleaned versions with their preview, and two catalogues in one. */
import { refuseEmpty } from '../datasets/cleaning/cleaned-version.ts'
import { newId } from '../workspace/paths.ts'
import type { Context, Requests } from './context.ts'

type Served = `datasets.${'cleanPreview' | 'clean' | 'combine'}`

export function cleaningRequests(context: Context): Pick<Requests<'datasets'>, Served> {
  const { workspace, queue, reader, picked } = context
  return {
    'datasets.cleanPreview': async ({ datasetId, recipe }) =>
      reader.ask('datasets.cleanPreview', { datasetId: workspace.datasets.get(datasetId).id, recipe }, 'cleaning'),

    'datasets.clean': ({ datasetId: parent, name, recipe }) => {
      const { name: parentName } = workspace.datasets.get(parent)
      refuseEmpty(recipe)
      const datasetId = newId('ds')
      workspace.datasets.expect(datasetId)
      return queue.add({
        label: `Clean ${parentName}`,
        task: { kind: 'clean', parent, parentName, datasetId, name, recipe },
      })
    },

    'datasets.combine': ({ first, second, name, links }) => {
      const names: [string, string] = [workspace.datasets.get(first).name, workspace.datasets.get(second).name]
      if (first === second) throw new Error(`'${names[0]}' cannot be combined with itself. Choose another data set.`)
      const path = links === null ? null : picked.path(links)
      const datasetId = newId('ds')
      workspace.datasets.expect(datasetId)
      return queue.add({
        label: `Combine ${names[0]} and ${names[1]}`,
        task: { kind: 'combine', first, second, names, datasetId, name, links: path },
      })
    },
  }
}
