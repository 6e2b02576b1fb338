/** Mounts one of the screens about an experiment over a fake workbench, with the real stores, and addresses that lead nowhere else. */
import type { Component } from 'vue'
import { defineComponent, h } from 'vue'
import { createPinia, setActivePinia } from 'pinia'
import { TooltipProvider } from 'reka-ui'
import { page } from 'vitest/browser'
import { render, type RenderResult } from 'vitest-browser-vue'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'
import { useDatasets } from '@/stores/datasets'
import { useJobs } from '@/stores/jobs'
import { useModels } from '@/stores/models'
import '@/ui/base.css'
import type { FakeWorkbench } from './fake-workbench.ts'

export interface MountedScreen {
  screen: RenderResult<Component>
  router: Router
}

/** @param name the route's name: 'run', 'compare', 'inspect' */
export async function mountScreen(
  view: Component,
  name: string,
  fake: FakeWorkbench,
  experimentId = '',
): Promise<MountedScreen> {
  await page.viewport(1280, 800)
  window.workbench = fake
  const pinia = createPinia()
  setActivePinia(pinia)
  const blank = defineComponent(() => () => null)
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      ...['run', 'compare', 'inspect'].map((each) => ({
        path: `/${each}/:experimentId?`,
        name: each,
        component: blank,
      })),
      { path: '/experiment', name: 'experiment', component: blank },
    ],
  })
  await router.push({ name, params: experimentId === '' ? {} : { experimentId } })
  await Promise.all([useDatasets().load(), useModels().load(), useJobs().load()])
  const frame = defineComponent(
    () => () =>
      h('div', { style: 'height: 760px; width: 1140px; display: grid' }, [
        h(TooltipProvider, { delayDuration: 0 }, { default: () => h(view, { experimentId }) }),
      ]),
  )
  const screen = await render(frame, { global: { plugins: [pinia, router] } })
  return { screen, router }
}
