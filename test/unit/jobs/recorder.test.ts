import { expect, test } from 'vitest'
import type { Series } from '../../../src-preload/contract.ts'
import type { FitEvent } from '../../../src-main/learning/model.ts'
import type { TaskProgress } from '../../../src-main/jobs/tasks/context.ts'
import { Recorder } from '../../../src-main/jobs/tasks/recorder.ts'

const step = (n: number): FitEvent => ({
  type: 'step',
  epoch: 1 + Math.floor((n - 1) / 10),
  step: n,
  steps: 20,
  loss: 1 / n,
  learningRate: 0.01,
  samplesPerSecond: 100,
  eta: 20 - n,
})

function rig(): {
  recorder: Recorder
  clock: { ms: number }
  written: Series[][]
  sent: Series[][]
  progress: TaskProgress[]
} {
  const clock = { ms: 0 }
  const written: Series[][] = []
  const sent: Series[][] = []
  const progress: TaskProgress[] = []
  const file = { append: (series: readonly Series[]) => void written.push([...series]) }
  const context = {
    points: (series: Series[]) => void sent.push(series),
    progress: (p: TaskProgress) => void progress.push(p),
  }
  return { recorder: new Recorder(file, context, [], () => clock.ms), clock, written, sent, progress }
}

test('points are written and sent four times a second, each once, in order', () => {
  const { recorder, clock, written, sent } = rig()
  for (let n = 1; n <= 20; n++) {
    clock.ms += 60
    recorder.hear(step(n))
    if (n % 10 === 0) recorder.hear({ type: 'epoch', epoch: n / 10, loss: 0.5, validation: n / 100, best: true })
  }
  recorder.flush()
  recorder.flush()
  expect(written).toHaveLength(5) // 1.2 s: one flush in 250 ms, and the last
  expect(sent).toEqual(written)
  const all = (name: Series['name']): number[][] => {
    const parts = written.flat().filter((series) => series.name === name)
    return [parts.flatMap(({ x }) => x), parts.flatMap(({ y }) => y)]
  }
  const steps = Array.from({ length: 20 }, (_, i) => i + 1)
  expect(all('loss')).toEqual([steps, steps.map((n) => 1 / n)])
  expect(all('validation')).toEqual([
    [1, 2],
    [0.1, 0.2],
  ])
})

test('progress says epoch, share, time left and speed', () => {
  const { recorder, progress } = rig()
  recorder.hear({ type: 'phase', phase: 'Compiling', fraction: null })
  recorder.hear(step(15))
  expect(progress).toEqual([
    { phase: 'Compiling', fraction: null },
    { phase: 'Training, epoch 2', fraction: 0.75, eta: 5, samplesPerSecond: 100 },
  ])
})

test('a model without steps has a loss for each epoch', () => {
  const { recorder, written } = rig()
  for (const epoch of [1, 2]) recorder.hear({ type: 'epoch', epoch, loss: 3 / epoch, validation: null, best: true })
  recorder.flush()
  expect(written).toEqual([[{ name: 'loss', x: [1, 2], y: [3, 1.5] }]])
})

test('a run that goes on has its curves whole, and writes and sends only what is new', () => {
  const { written, sent } = rig()
  const file = { append: (series: readonly Series[]) => void written.push([...series]) }
  const context = { points: (series: Series[]) => void sent.push(series), progress: () => undefined }
  const kept: Series[] = [
    { name: 'loss', x: [1, 2], y: [1, 1 / 2] },
    { name: 'learningRate', x: [1, 2], y: [0.01, 0.01] },
  ]
  const recorder = new Recorder(file, context, kept, () => 0)
  recorder.flush()
  expect(written).toEqual([])
  recorder.hear(step(3))
  expect(recorder.curves().find(({ name }) => name === 'loss')).toEqual({
    name: 'loss',
    x: [1, 2, 3],
    y: [1, 1 / 2, 1 / 3],
  })
  recorder.hear({ type: 'epoch', epoch: 1, loss: 0.5, validation: 0.2, best: true })
  recorder.flush()
  expect(written.flat().map(({ name, x }) => [name, x])).toEqual([
    ['loss', [3]],
    ['learningRate', [3]],
    ['samplesPerSecond', [3]],
    ['validation', [1]],
  ])
  expect(sent).toEqual(written)
  expect(kept[0]!.x).toEqual([1, 2])
})
