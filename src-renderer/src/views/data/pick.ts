/** How a file gets from the person to the workbench: a native dialog, a typed path, an upload, or a drop. The page sees only tokens. */
import type { Picked, PickPurpose } from '@contract'
import { onMounted, onScopeDispose, ref, type Ref } from 'vue'
import { useSettings } from '../../stores/settings.ts'
import { useWorkbench } from '../../workbench.ts'

export const purposes: Record<PickPurpose, { title: string; help: string; files: string; example: string }> = {
  dataset: {
    title: 'Import a data set',
    help: 'A MovieLens zip or folder: 100K, 1M, 10M, 20M, 25M, 32M, latest or latest-small. It is recognised by its files.',
    files: '.zip',
    example: '/home/ada/ml-latest-small.zip',
  },
  posters: {
    title: 'Add posters',
    help: 'A folder or zip of pictures named by movie id: 1.jpg, 2.png, 3.webp.',
    files: '.zip',
    example: '/home/ada/posters.zip',
  },
  plots: {
    title: 'Add plots',
    help: 'A CSV table with the columns movieId and overview, or a TMDB export.',
    files: '.csv,.zip',
    example: '/home/ada/overviews.csv',
  },
  vectors: {
    title: 'Add vectors',
    help: 'A CSV or TSV table: the movie in the first column, its numbers in the others, as audio embeddings are.',
    files: '.csv,.tsv,.txt,.zip',
    example: '/home/ada/audio.csv',
  },
  links: {
    title: 'Link the users of two data sets',
    help: 'A table of two columns: the id of a user in the first data set, and of the same person in the second.',
    files: '.csv,.tsv,.zip',
    example: '/home/ada/same-people.csv',
  },
  lists: {
    title: 'Movies of each domain',
    help: 'A CSV table with the columns movieId and domain, where the domain is A or B.',
    files: '.csv,.tsv,.zip',
    example: '/home/ada/domains.csv',
  },
  folder: {
    title: 'Choose a folder',
    help: 'Crossreel writes into it.',
    files: '',
    example: '/home/ada/backups',
  },
  weights: {
    title: 'Choose a trained model',
    help: 'A file that was exported from a run.',
    files: '.safetensors',
    example: '/home/ada/model.safetensors',
  },
}

export interface UsePickReturn {
  /** True where the shell has native dialogs; elsewhere a path is typed or a file is uploaded. */
  native: () => boolean
  /** null when the dialog was cancelled. */
  pick: (purpose: PickPurpose, folder: boolean) => Promise<Picked | null>
  typed: (path: string) => Promise<Picked>
  give: (file: File) => Promise<Picked>
}

export function usePick(): UsePickReturn {
  const wb = useWorkbench()
  const settings = useSettings()
  return {
    native: () => settings.info?.shell === 'electron',
    pick: (purpose, folder) => wb.call('files.pick', { purpose, folder }),
    typed: (path) => wb.call('files.typed', { path: path.trim() }),
    give: (file) => wb.drop(file),
  }
}

/** Files dropped anywhere on the window. `over` is true while something is dragged above it. */
export function useDrop(onFile: (file: File) => void): { over: Ref<boolean> } {
  const over = ref(false)
  let depth = 0
  const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false
  const listeners: Record<string, (event: DragEvent) => void> = {
    dragenter: (event) => {
      if (!carriesFiles(event)) return
      depth++
      over.value = true
    },
    dragleave: () => {
      depth = Math.max(0, depth - 1)
      over.value = depth > 0
    },
    // without this the browser opens the file in place of the page
    dragover: (event) => event.preventDefault(),
    drop: (event) => {
      event.preventDefault()
      depth = 0
      over.value = false
      const file = event.dataTransfer?.files[0]
      if (file) onFile(file)
    },
  }
  const each = (what: 'addEventListener' | 'removeEventListener') => {
    for (const [name, listener] of Object.entries(listeners)) window[what](name, listener as EventListener)
  }
  onMounted(() => each('addEventListener'))
  onScopeDispose(() => each('removeEventListener'))
  return { over }
}
