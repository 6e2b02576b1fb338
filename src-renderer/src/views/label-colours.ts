/** One colour a label, the same on every screen of an experiment: its place in the experiment's list of models. */
import type { Experiment } from '@contract'

export function labelColours(experiment: Pick<Experiment, 'spec'>): Map<string, number> {
  return new Map(experiment.spec.runs.map((run, index) => [run.label, index]))
}

/** The CSS variable of a palette index; tokens.css has eight. */
export function colourVariable(index: number): string {
  return `var(--series-${(index % 8) + 1})`
}
