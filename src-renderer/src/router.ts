/**
 * Screens by address. Hash history: the page is served from app://, from the loopback host and from a test alike. The three screens about
 * an experiment get its id as the prop `experimentId`; without one in the address, the current experiment's is put there.
 */
import {
  createRouter,
  createWebHashHistory,
  type RouteLocationNormalized,
  type RouteLocationRaw,
  type Router,
} from 'vue-router'
import { useExperiments } from './stores/experiments.ts'

async function withCurrentExperiment(to: RouteLocationNormalized): Promise<RouteLocationRaw | true> {
  const experiments = useExperiments()
  await experiments.ready()
  const asked = to.params['experimentId']
  if (typeof asked === 'string' && asked !== '') {
    experiments.select(asked)
    return true
  }
  const id = experiments.current?.id
  return id ? { name: to.name, params: { experimentId: id } } : true
}

export function makeRouter(): Router {
  return createRouter({
    history: createWebHashHistory(),
    routes: [
      { path: '/', redirect: '/data' },
      { path: '/data', name: 'data', component: () => import('./views/data/DataView.vue') },
      { path: '/domains', name: 'domains', component: () => import('./views/domains/DomainsView.vue') },
      { path: '/experiment', name: 'experiment', component: () => import('./views/experiment/ExperimentView.vue') },
      {
        path: '/study/:studyId?',
        name: 'study',
        props: true,
        component: () => import('./views/study/StudyView.vue'),
      },
      {
        path: '/run/:experimentId?',
        name: 'run',
        props: true,
        beforeEnter: withCurrentExperiment,
        component: () => import('./views/run/RunView.vue'),
      },
      {
        path: '/compare/:experimentId?',
        name: 'compare',
        props: true,
        beforeEnter: withCurrentExperiment,
        component: () => import('./views/compare/CompareView.vue'),
      },
      {
        path: '/inspect/:experimentId?',
        name: 'inspect',
        props: true,
        beforeEnter: withCurrentExperiment,
        component: () => import('./views/inspect/InspectView.vue'),
      },
      { path: '/:rest(.*)*', redirect: '/data' },
    ],
  })
}
