/** Puts the page in front of a fake workbench. Each call starts from nothing: new stores, new router, light theme. */
import '@/ui/base.css'
import App from '@/App.vue'
import { makeRouter } from '@/router'
import { createPinia, setActivePinia } from 'pinia'
import { page } from 'vitest/browser'
import { render } from 'vitest-browser-vue'
import type { Router } from 'vue-router'
import { makeFakeWorkbench, type FakeOptions, type FakeWorkbench } from './fake-workbench'

export interface Mounted {
  fake: FakeWorkbench
  router: Router
}

function prepare(options: FakeOptions): { fake: FakeWorkbench; plugins: [ReturnType<typeof createPinia>, Router] } {
  const fake = makeFakeWorkbench({ ...options, settings: { theme: 'light', ...options.settings } })
  window.workbench = fake
  const pinia = createPinia()
  setActivePinia(pinia)
  return { fake, plugins: [pinia, makeRouter()] }
}

/** The whole page at an address such as '/domains'. */
export async function mountPage(path: string, options: FakeOptions = {}): Promise<Mounted> {
  await page.viewport(1280, 800)
  window.location.hash = `#${path}`
  const { fake, plugins } = prepare(options)
  await render(App, { global: { plugins }, attrs: { style: 'height: 100vh' } })
  await plugins[1].isReady()
  return { fake, router: plugins[1] }
}
