import type { Movie } from '@contract'
import { computed, onScopeDispose, ref, shallowReactive, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { sentenceOf, useWorkbench } from '../../workbench.ts'

const pageLength = 100
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
  const total = shallowRef<number | null>(null)
  const error = ref<string | null>(null)
  const pages = shallowReactive(new Map<number, Movie[]>())
  const posters = shallowReactive(new Map<number, string>())
  const askedPages = new Set<number>()
  const askedPosters = new Set<number>()
  const shown = shallowRef({ from: 0, to: 30 })
  let generation = 0

  async function readPage(page: number): Promise<void> {
    const mine = generation
    askedPages.add(page)
    try {
      const question = { datasetId: datasetId(), search: search().trim(), offset: page * pageLength, limit: pageLength }
      const answer = await wb.call('datasets.movies', question)
      if (mine !== generation) return
      total.value = answer.total
      pages.set(page, answer.movies)
      error.value = null
      readPosters()
    } catch (failure) {
      if (mine !== generation) return
      askedPages.delete(page)
      error.value = sentenceOf(failure)
    }
  }
  const movieAt = (index: number): Movie | undefined => pages.get(Math.floor(index / pageLength))?.[index % pageLength]

  function readPosters(): void {
    const missing: number[] = []
    for (let i = shown.value.from; i <= shown.value.to && missing.length < posterBatch; i++) {
      const movie = movieAt(i)
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
  function show(from: number, to: number): void {
    shown.value = { from, to }
    for (let page = Math.floor(from / pageLength); page <= Math.floor(to / pageLength); page++)
      if (!askedPages.has(page)) void readPage(page)
    readPosters()
  }
  function restart(): void {
    generation++
    pages.clear()
    askedPages.clear()
    void readPage(0)
  }

  let timer: ReturnType<typeof setTimeout> | undefined
  watch(
    computed(() => JSON.stringify([datasetId(), search().trim()])),
    (_, before) => {
      clearTimeout(timer)
      timer = setTimeout(restart, before === undefined ? 0 : 150)
    },
    { immediate: true },
  )
  // posters and plots that were added change the rows
  const off = wb.on('datasets.changed', (changed) => {
    if (changed.datasetId !== datasetId()) return
    posters.clear()
    askedPosters.clear()
    restart()
  })
  onScopeDispose(() => {
    generation++
    clearTimeout(timer)
    off()
  })
  return { total, error, movieAt, posterOf: (id) => posters.get(id), show, retry: restart }
}
