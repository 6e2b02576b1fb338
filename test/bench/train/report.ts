/** Numbers of a run in words: medians, the middle half beside them, ratios pair by pair. */
import type { Step } from './peer.ts'

export function median(numbers: number[]): number {
  return quantile(numbers, 0.5)
}

export function quantile(numbers: number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN
}

/** @param samples of a step, in the mean */
export function stepLine(name: string, steps: Step[], samples: { windows: number; targets: number }): string {
  const walls = steps.map(({ wall }) => wall)
  const [wall, low, high] = [0.5, 0.25, 0.75].map((share) => quantile(walls, share)) as [number, number, number]
  const processor = median(steps.map((step) => step.processor))
  const rate = (count: number): string => ((1000 * count) / wall).toFixed(0).padStart(6)
  return [
    name.padEnd(22),
    `${wall.toFixed(0).padStart(6)} ms a step (${low.toFixed(0)} to ${high.toFixed(0)}, best ${Math.min(...walls).toFixed(0)})`,
    `processor ${processor.toFixed(0).padStart(6)} ms`,
    `${rate(samples.windows)} windows/s`,
    `${rate(samples.targets)} targets/s`,
    `last loss ${steps.at(-1)?.loss.toFixed(5)}`,
  ].join(', ')
}

/** How many times as fast `fast` is as `slow`: the median over pairs of steps, and the middle half of them. */
export function ratioLine(what: string, slow: Step[], fast: Step[], wanted: string): string {
  const of = (pick: (step: Step) => number): string => {
    const ratios = slow.map((step, i) => pick(step) / pick(fast[i] ?? step))
    const [middle, low, high] = [0.5, 0.25, 0.75].map((share) => quantile(ratios, share).toFixed(2))
    return `${middle} (${low} to ${high})`
  }
  return `${what.padEnd(44)} ${of(({ wall }) => wall)} by the clock, ${of(({ processor }) => processor)} by processor time${wanted && `; wanted ${wanted}`}`
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0).padStart(6)} MB`
}
