/** Settings kept in the workspace, the theme as it is applied, and what the app says about itself. */
import type { AppInfo, Settings } from '@contract'
import { defineStore } from 'pinia'
import { computed, onScopeDispose, ref, shallowRef, watchEffect } from 'vue'
import { sentenceOf, useWorkbench } from '../workbench.ts'

export const useSettings = defineStore('settings', () => {
  const wb = useWorkbench()
  const values = shallowRef<Settings>({
    theme: 'system',
    lastDatasetId: null,
    lastExperimentId: null,
    backend: 'auto',
    parallelRuns: 0,
  })
  const info = shallowRef<AppInfo | null>(null)
  const error = ref<string | null>(null)

  const system = window.matchMedia('(prefers-color-scheme: dark)')
  const systemDark = ref(system.matches)
  const follow = (event: MediaQueryListEvent): void => void (systemDark.value = event.matches)
  system.addEventListener('change', follow)
  onScopeDispose(() => system.removeEventListener('change', follow))

  /** 'light' or 'dark', with 'system' resolved. Charts watch it to read their colours again. */
  const theme = computed<'light' | 'dark'>(() => {
    if (values.value.theme !== 'system') return values.value.theme
    return systemDark.value ? 'dark' : 'light'
  })
  // before the charts' own watchers, which read the colours that this attribute chooses
  watchEffect(() => void (document.documentElement.dataset['theme'] = theme.value), { flush: 'sync' })

  async function load(): Promise<void> {
    try {
      await Promise.all([
        wb.call('settings.get', {}).then((kept) => (values.value = kept)),
        wb.call('app.info', {}).then((about) => (info.value = about)), // at a first start it waits until the backends are measured
      ])
      error.value = null
    } catch (failure) {
      error.value = sentenceOf(failure)
    }
  }
  /** Shown at once, then kept. */
  async function change(change: Partial<Settings>): Promise<void> {
    values.value = { ...values.value, ...change }
    try {
      values.value = await wb.call('settings.set', change)
    } catch (failure) {
      error.value = sentenceOf(failure)
    }
  }
  return { values, info, error, theme, load, change }
})
