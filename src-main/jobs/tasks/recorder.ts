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
  /** Whole, for checkpoints. */
  readonly #curves = new Map<Series['name'], Series>()
  /** Points of each curve that are written and sent. */
  readonly #flushed = new Map<Series['name'], number>()
  #flushedAt: number
  #stepped = false

  /** @param kept curves that the file has already, of a run that goes on */
  constructor(
    file: Pick<RunFile, 'append'>,
    context: Pick<TaskContext, 'points' | 'progress'>,
    kept: readonly Series[] = [],
    now: () => number = () => performance.now(),
  ) {
    this.#file = file
    this.#context = context
    this.#now = now
    this.#flushedAt = now()
    for (const { name, x, y } of kept) {
      this.#curves.set(name, { name, x: [...x], y: [...y] })
      this.#flushed.set(name, x.length)
    }
    this.#stepped = this.#curves.has('learningRate')
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

  /** Everything so far, flushed or not. Not to be changed. */
  curves(): Series[] {
    return [...this.#curves.values()]
  }

  /** Writes and sends what has come since the last time. */
  flush(): void {
    this.#flushedAt = this.#now()
    const fresh: Series[] = []
    for (const { name, x, y } of this.#curves.values()) {
      const from = this.#flushed.get(name) ?? 0
      if (from < x.length) fresh.push({ name, x: x.slice(from), y: y.slice(from) })
      this.#flushed.set(name, x.length)
    }
    if (fresh.length === 0) return
    this.#file.append(fresh)
    this.#context.points(fresh)
  }

  #add(name: Series['name'], x: number, y: number): void {
    let curve = this.#curves.get(name)
    if (!curve) this.#curves.set(name, (curve = { name, x: [], y: [] }))
    curve.x.push(x)
    curve.y.push(y)
  }
}
