/** One colour a label, the same on every screen of an experiment: its place in the experiment's list of models; imported ones follow. */
import type { Experiment } from '@contract'

export function labelColours({ spec, runs }: Pick<Experiment, 'spec' | 'runs'>): Map<string, number> {
  const labels = new Set([...spec.runs, ...runs].map(({ label }) => label))
  return new Map([...labels].map((label, index) => [label, index]))
}

const rounds = ['first', 'second', 'third'] as const

/** The CSS variable of a palette index (tokens.css has eight) and the round through the palette, which charts tell by the line's dashes. */
export function paletteOf(index: number): { colour: string; round: (typeof rounds)[number] } {
  return { colour: `var(--series-${(index % 8) + 1})`, round: rounds[Math.floor(index / 8) % rounds.length] ?? 'first' }
}
