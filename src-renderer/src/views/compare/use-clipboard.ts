import { onScopeDispose, ref } from 'vue'
import type { Ref } from 'vue'

export interface UseClipboardReturn {
  /** What was copied a moment ago ('LaTeX'), for a visible confirmation. */
  copied: Ref<string | null>
  /** The text that the clipboard refused, to be copied by hand. */
  refused: Ref<string | null>
  copy: (name: string, text: string) => Promise<void>
}

const confirmationMs = 2_500

/** Copies text, and says so; a refusal (no permission, no focus) is not an error but another way. */
export function useClipboard(): UseClipboardReturn {
  const copied = ref<string | null>(null)
  const refused = ref<string | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined

  async function copy(name: string, text: string): Promise<void> {
    clearTimeout(timer)
    copied.value = null
    try {
      await navigator.clipboard.writeText(text)
    } catch {
      refused.value = text
      return
    }
    copied.value = name
    timer = setTimeout(() => {
      copied.value = null
    }, confirmationMs)
  }

  onScopeDispose(() => clearTimeout(timer))
  return { copied, refused, copy }
}
