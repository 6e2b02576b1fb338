import { onMounted, onScopeDispose } from 'vue'
import { useRouter } from 'vue-router'
import { steps } from '../steps.ts'

/** True where a key press is text or belongs to a control, so that it must not switch the screen. */
function typing(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest('input, textarea, select, [contenteditable], [role="dialog"], [role="menu"], [role="listbox"]') !==
      null
  )
}

/** The number keys go to the screens, in the order of the rail. */
export function useScreenKeys(): void {
  const router = useRouter()
  function press(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing(event.target)) return
    const step = steps[Number(event.key) - 1]
    if (step) void router.push({ name: step.name })
  }
  onMounted(() => window.addEventListener('keydown', press))
  onScopeDispose(() => window.removeEventListener('keydown', press))
}
