/** The journey's steps: one row feeds the rail, the number keys and the router. */
import { Clapperboard, Database, FlaskConical, GitCompareArrows, ListChecks, Play, Split } from '@lucide/vue'
import type { Component } from 'vue'

export interface Step {
  name: 'data' | 'domains' | 'experiment' | 'study' | 'run' | 'compare' | 'inspect'
  label: string
  icon: Component
  /** True: the address carries the experiment it is about. */
  ofExperiment: boolean
}

export const steps: readonly Step[] = [
  { name: 'data', label: 'Data', icon: Database, ofExperiment: false },
  { name: 'domains', label: 'Domains', icon: Split, ofExperiment: false },
  { name: 'experiment', label: 'Experiment', icon: FlaskConical, ofExperiment: false },
  { name: 'study', label: 'Studies', icon: ListChecks, ofExperiment: false },
  { name: 'run', label: 'Run', icon: Play, ofExperiment: true },
  { name: 'compare', label: 'Compare', icon: GitCompareArrows, ofExperiment: true },
  { name: 'inspect', label: 'Inspect', icon: Clapperboard, ofExperiment: true },
]
