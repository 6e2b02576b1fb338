/** Native dialogs: the person chooses, main keeps the path. A dialog opens where the last one of its purpose left off. */
import { dirname } from 'node:path'
import { type BrowserWindow, dialog, type OpenDialogOptions } from 'electron'
import type { PickPurpose } from '../../src-preload/contract.ts'

interface Wording {
  title: string
  filters: { name: string; extensions: string[] }[]
}
const everything = { name: 'All files', extensions: ['*'] }
const table = { name: 'Table', extensions: ['csv', 'tsv', 'txt'] }
const made: NonNullable<OpenDialogOptions['properties']> = ['createDirectory']
const wordings: Record<PickPurpose, Wording> = {
  dataset: {
    title: 'Choose a MovieLens data set',
    filters: [
      { name: 'MovieLens zip', extensions: ['zip'] },
      { name: 'Table of ratings', extensions: ['csv', 'tsv', 'txt', 'dat'] },
      everything,
    ],
  },
  posters: { title: 'Choose posters', filters: [{ name: 'Zip of posters', extensions: ['zip'] }, everything] },
  plots: {
    title: 'Choose plot texts',
    filters: [{ name: 'Table of plots', extensions: ['csv', 'tsv', 'json'] }, everything],
  },
  vectors: { title: 'Choose a table of vectors', filters: [table, everything] },
  links: { title: 'Choose a table of linked users', filters: [table, everything] },
  lists: { title: 'Choose a table of movies and their domains', filters: [table, everything] },
  folder: { title: 'Choose a folder', filters: [everything] },
  weights: { title: 'Choose a model', filters: [{ name: 'Model weights', extensions: ['safetensors'] }, everything] },
}

/** @returns a picker that gives an absolute path, or null when the person cancelled */
export function createPicker(window: () => BrowserWindow | null) {
  const lastFolder = new Map<PickPurpose, string>()
  return async ({ purpose, folder }: { purpose: PickPurpose; folder: boolean }): Promise<string | null> => {
    const { title, filters } = wordings[purpose]
    const last = lastFolder.get(purpose)
    const options: OpenDialogOptions = {
      title,
      // a place to write to may be made in the dialog
      properties: folder ? ['openDirectory', ...(purpose === 'folder' ? made : [])] : ['openFile'],
      ...(folder ? {} : { filters }),
      ...(last === undefined ? {} : { defaultPath: last }),
    }
    const owner = window()
    const { canceled, filePaths } = await (owner
      ? dialog.showOpenDialog(owner, options)
      : dialog.showOpenDialog(options))
    const path = canceled ? undefined : filePaths[0]
    if (path === undefined) return null
    lastFolder.set(purpose, dirname(path))
    return path
  }
}
