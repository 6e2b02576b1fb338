/** One card of details for the whole screen: it stands beside the movie that is pointed at or focused. */
import { inject, onScopeDispose, provide, shallowRef } from 'vue'
import type { InjectionKey, ShallowRef } from 'vue'
import type { Movie } from '@contract'

export interface MovieDetails {
  shown: ShallowRef<{ movie: Movie; anchor: DOMRect } | null>
  /** After a short rest of the pointer, or at once for the keyboard. */
  show: (movie: Movie, event: MouseEvent | FocusEvent) => void
  hide: () => void
}

const key: InjectionKey<MovieDetails> = Symbol('movie details')
export const detailsId = 'movie-details'
const restMs = 250

export function provideMovieDetails(): MovieDetails {
  const shown: MovieDetails['shown'] = shallowRef(null)
  let timer: ReturnType<typeof setTimeout> | undefined

  function show(movie: Movie, event: MouseEvent | FocusEvent): void {
    const element = event.currentTarget
    if (!(element instanceof HTMLElement)) return
    clearTimeout(timer)
    const open = (): void => {
      if (element.isConnected) shown.value = { movie, anchor: element.getBoundingClientRect() }
    }
    if (event.type === 'focus') {
      if (element.matches(':focus-visible')) open()
    } else timer = setTimeout(open, shown.value ? 60 : restMs)
  }
  function hide(): void {
    clearTimeout(timer)
    shown.value = null
  }
  const escape = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') hide()
  }
  window.addEventListener('keydown', escape)
  window.addEventListener('scroll', hide, { capture: true, passive: true })
  onScopeDispose(() => {
    hide()
    window.removeEventListener('keydown', escape)
    window.removeEventListener('scroll', hide, { capture: true })
  })

  const details = { shown, show, hide }
  provide(key, details)
  return details
}

/** @throws Error outside of a screen that provides them. */
export function useMovieDetails(): MovieDetails {
  const details = inject(key)
  if (!details) throw new Error('No screen above this component provides movie details.')
  return details
}
