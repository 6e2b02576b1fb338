/** One colour a label, the same on every screen of an experiment: its place in the experiment's list of models; imported ones follow. */
import type { Experiment } from '@contract'

export function labelColours({ spec, runs }: Pick<Experiment, 'spec' | 'runs'>): Map<string, number> {
  const labels = new Set([...spec.runs, ...runs].map(({ label }) => label))
  return new Map([...labels].map((label, index) => [label, index]))
}

/** The CSS variable of a palette index; tokens.css has eight. */
export function colourVariable(index: number): string {
  return `var(--series-${(index % 8) + 1})`
}
