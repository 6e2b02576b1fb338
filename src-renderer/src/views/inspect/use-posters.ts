/** Posters of the movies that come into sight, asked for in batches and kept while the screen is open. */
import { inject, onScopeDispose, provide, shallowReactive } from 'vue'
import type { InjectionKey } from 'vue'
import { useWorkbench } from '@/workbench'

export interface Posters {
  /** A data URL; null while it is not known, or when there is none. */
  of: (movieId: number) => string | null
  /** Asks for the poster once the element is near the visible part; gives back the end of that watch. */
  whenSeen: (element: Element, movieId: number) => () => void
}

const key: InjectionKey<Posters> = Symbol('posters')
/** The contract's limit for one call. */
const batch = 100
const gatherMs = 20

export function providePosters(datasetId: () => string): Posters {
  const wb = useWorkbench()
  const known = shallowReactive(new Map<number, string | null>())
  const watched = new WeakMap<Element, number>()
  let wanted = new Set<number>()
  let timer: ReturnType<typeof setTimeout> | undefined

  async function ask(ids: number[], of: string): Promise<void> {
    // a poster is an ornament: when it cannot be had, the title card stands in its place
    const found = await wb.call('datasets.posters', { datasetId: of, movieIds: ids }).catch(() => ({}))
    if (of !== datasetId()) return
    const urls = new Map(Object.entries(found))
    for (const id of ids) known.set(id, urls.get(String(id)) ?? null)
  }
  function flush(): void {
    const ids = [...wanted]
    wanted = new Set()
    for (let from = 0; from < ids.length; from += batch) void ask(ids.slice(from, from + batch), datasetId())
  }
  function want(movieId: number): void {
    if (known.has(movieId)) return
    known.set(movieId, null)
    wanted.add(movieId)
    clearTimeout(timer)
    timer = setTimeout(flush, gatherMs)
  }

  const sight = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        const movieId = watched.get(target)
        if (!isIntersecting || movieId === undefined) continue
        sight.unobserve(target)
        want(movieId)
      }
    },
    { rootMargin: '300px' },
  )
  onScopeDispose(() => {
    sight.disconnect()
    clearTimeout(timer)
  })

  const posters: Posters = {
    of: (movieId) => known.get(movieId) ?? null,
    whenSeen: (element, movieId) => {
      watched.set(element, movieId)
      sight.observe(element)
      return () => sight.unobserve(element)
    },
  }
  provide(key, posters)
  return posters
}

/** @throws Error outside of a screen that provides them. */
export function usePosters(): Posters {
  const posters = inject(key)
  if (!posters) throw new Error('No screen above this component provides posters.')
  return posters
}
