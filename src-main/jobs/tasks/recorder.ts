/** Turns what a model says while it is fitted into curves: kept in the run's file, sent to main, at most four times a second. */
import type { Series } from '../../../src-preload/contract.ts'
import type { FitEvent } from '../../learning/model.ts'
import type { RunFile } from '../../workspace/run-file.ts'
import type { TaskContext } from './context.ts'

const flushMs = 250

export class Recorder {
  readonly #file: Pick<RunFile, 'append'>
  readonly #context: Pick<TaskContext, 'points' | 'progress'>
  readonly #now: () => number
  readonly #open = new Map<Series['name'], { x: number[]; y: number[] }>()
  #flushedAt: number
  #stepped = false

  constructor(
    file: Pick<RunFile, 'append'>,
    context: Pick<TaskContext, 'points' | 'progress'>,
    now: () => number = () => performance.now(),
  ) {
    this.#file = file
    this.#context = context
    this.#now = now
    this.#flushedAt = now()
  }

  hear(event: FitEvent): void {
    switch (event.type) {
      case 'phase':
        this.#context.progress({ phase: event.phase, fraction: event.fraction })
        break
      case 'step':
        this.#stepped = true
        this.#add('loss', event.step, event.loss)
        this.#add('learningRate', event.step, event.learningRate)
        this.#add('samplesPerSecond', event.step, event.samplesPerSecond)
        this.#context.progress({
          phase: `Training, epoch ${event.epoch}`,
          fraction: event.step / event.steps,
          eta: event.eta,
          samplesPerSecond: event.samplesPerSecond,
        })
        break
      case 'epoch':
        if (!this.#stepped) this.#add('loss', event.epoch, event.loss) // a model without steps has one loss an epoch
        if (event.validation !== null) this.#add('validation', event.epoch, event.validation)
        break
      default:
        event satisfies never
    }
    if (this.#now() - this.#flushedAt >= flushMs) this.flush()
  }

  /** Writes and sends what has come since the last time. */
  flush(): void {
    this.#flushedAt = this.#now()
    if (this.#open.size === 0) return
    const series: Series[] = [...this.#open].map(([name, { x, y }]) => ({ name, x, y }))
    this.#open.clear()
    this.#file.append(series)
    this.#context.points(series)
  }

  #add(name: Series['name'], x: number, y: number): void {
    const points = this.#open.get(name)
    if (points) {
      points.x.push(x)
      points.y.push(y)
    } else this.#open.set(name, { x: [x], y: [y] })
  }
}
