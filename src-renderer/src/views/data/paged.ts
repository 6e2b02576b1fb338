import { computed, onScopeDispose, ref, shallowReactive, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { sentenceOf } from '../../workbench.ts'

const pageLength = 100

export interface UsePagedReturn<Row> {
  total: ShallowRef<number | null>
  error: Ref<string | null>
  /** undefined while the page it lies on is under way. */
  at: (index: number) => Row | undefined
  /** Asks for the pages of rows `from` to `to` that are not there yet. */
  show: (from: number, to: number) => void
  restart: () => void
}

/**
 * A list of any length, read in pages as it is scrolled. It begins anew when the question changes, 150 ms after the last change, so that
 * typing asks once.
 * @param onPage called when a page has arrived
 */
export function usePaged<Question, Row>(
  question: () => Question,
  ask: (question: Question, offset: number, limit: number) => Promise<{ total: number; rows: Row[] }>,
  onPage: () => void = () => undefined,
): UsePagedReturn<Row> {
  const total = shallowRef<number | null>(null)
  const error = ref<string | null>(null)
  const pages = shallowReactive(new Map<number, Row[]>())
  const asked = new Set<number>()
  let generation = 0

  async function read(page: number): Promise<void> {
    const mine = generation
    asked.add(page)
    try {
      const answer = await ask(question(), page * pageLength, pageLength)
      if (mine !== generation) return
      total.value = answer.total
      pages.set(page, answer.rows)
      error.value = null
      onPage()
    } catch (failure) {
      if (mine !== generation) return
      asked.delete(page)
      error.value = sentenceOf(failure)
    }
  }
  function show(from: number, to: number): void {
    for (let page = Math.floor(from / pageLength); page <= Math.floor(to / pageLength); page++)
      if (!asked.has(page)) void read(page)
  }
  function restart(): void {
    generation++
    pages.clear()
    asked.clear()
    void read(0)
  }

  let timer: ReturnType<typeof setTimeout> | undefined
  watch(
    computed(() => JSON.stringify(question())),
    (_, before) => {
      clearTimeout(timer)
      timer = setTimeout(restart, before === undefined ? 0 : 150)
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    generation++
    clearTimeout(timer)
  })
  return { total, error, at: (index) => pages.get(Math.floor(index / pageLength))?.[index % pageLength], show, restart }
}
