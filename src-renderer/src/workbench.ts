/** The one way from the page to the workbench. `connect.ts` puts it on the window; tests put a fake there. */
import type { Workbench } from '@contract'

declare global {
  interface Window {
    workbench?: Workbench
  }
}

/** @throws Error when the page was opened without a workbench behind it. */
export function useWorkbench(): Workbench {
  if (!window.workbench) throw new Error('No workbench is connected. Open Crossreel through its own window or address.')
  return window.workbench
}

/** The sentence of whatever a call was rejected with. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
