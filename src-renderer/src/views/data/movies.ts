import type { Movie } from '@contract'
import { onScopeDispose, shallowReactive, shallowRef, type Ref, type ShallowRef } from 'vue'
import { sentenceOf, useWorkbench } from '../../workbench.ts'
import { usePaged } from './paged.ts'

/** The contract's limit of `datasets.posters`. */
const posterBatch = 100

export interface UseMoviesReturn {
  total: ShallowRef<number | null>
  error: Ref<string | null>
  /** undefined while the page it lies on is under way. */
  movieAt: (index: number) => Movie | undefined
  posterOf: (movieId: number) => string | undefined
  /** Asks for what rows `from` to `to` still lack: pages first, then their posters. */
  show: (from: number, to: number) => void
  retry: () => void
}

/** The movies of a data set as a list of any length, read in pages as it is scrolled; posters follow in batches. */
export function useMovies(datasetId: () => string, search: () => string): UseMoviesReturn {
  const wb = useWorkbench()
  const posters = shallowReactive(new Map<number, string>())
  const askedPosters = new Set<number>()
  const shown = shallowRef({ from: 0, to: 30 })
  const { total, error, at, show, restart } = usePaged(
    () => ({ datasetId: datasetId(), search: search().trim() }),
    async (question, offset, limit) => {
      const { total, movies } = await wb.call('datasets.movies', { ...question, offset, limit })
      return { total, rows: movies }
    },
    readPosters,
  )

  function readPosters(): void {
    const missing: number[] = []
    for (let i = shown.value.from; i <= shown.value.to && missing.length < posterBatch; i++) {
      const movie = at(i)
      if (movie?.hasPoster && !askedPosters.has(movie.movieId)) missing.push(movie.movieId)
    }
    if (missing.length === 0) return
    for (const id of missing) askedPosters.add(id)
    wb.call('datasets.posters', { datasetId: datasetId(), movieIds: missing }).then(
      (found) => {
        for (const [id, url] of Object.entries(found)) posters.set(Number(id), url)
      },
      (failure: unknown) => {
        for (const id of missing) askedPosters.delete(id)
        error.value = sentenceOf(failure)
      },
    )
  }

  // posters and plots that were added change the rows
  const off = wb.on('datasets.changed', (changed) => {
    if (changed.datasetId !== datasetId()) return
    posters.clear()
    askedPosters.clear()
    restart()
  })
  onScopeDispose(off)
  return {
    total,
    error,
    movieAt: at,
    posterOf: (movieId) => posters.get(movieId),
    show: (from, to) => {
      shown.value = { from, to }
      show(from, to)
      readPosters()
    },
    retry: restart,
  }
}
