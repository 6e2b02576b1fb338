import { computed, onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { sentenceOf } from './workbench.ts'

export interface UseRequestOptions {
  /** Milliseconds the question has to stand still before it is asked. */
  debounce?: number
}
export interface UseRequestReturn<Answer> {
  /** The last answer; kept while the next one is under way, null while there is no question. */
  data: ShallowRef<Answer | null>
  error: Ref<string | null>
  busy: Ref<boolean>
  /** Asks again now. */
  retry: () => void
}

/**
 * Asks whenever the question changes (compared by its JSON) and keeps the answer to the newest one: an answer that was overtaken is dropped.
 * A null question asks nothing.
 */
export function useRequest<Question, Answer>(
  question: () => Question | null,
  ask: (question: Question) => Promise<Answer>,
  { debounce = 0 }: UseRequestOptions = {},
): UseRequestReturn<Answer> {
  const data: ShallowRef<Answer | null> = shallowRef(null)
  const error = ref<string | null>(null)
  const busy = ref(false)
  let newest = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  async function run(asked: Question): Promise<void> {
    const mine = ++newest
    busy.value = true
    try {
      const answer = await ask(asked)
      if (mine !== newest) return
      data.value = answer
      error.value = null
    } catch (failure) {
      if (mine !== newest) return
      data.value = null
      error.value = sentenceOf(failure)
    }
    busy.value = false
  }
  function retry(): void {
    clearTimeout(timer)
    const asked = question()
    if (asked !== null) void run(asked)
  }

  const key = computed(() => JSON.stringify(question()))
  watch(
    key,
    (now, before) => {
      clearTimeout(timer)
      if (now === 'null') {
        newest++
        data.value = null
        error.value = null
        busy.value = false
      } else if (debounce === 0 || before === undefined) retry()
      else {
        busy.value = true
        timer = setTimeout(retry, debounce)
      }
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    newest++
    clearTimeout(timer)
  })
  return { data, error, busy, retry }
}
