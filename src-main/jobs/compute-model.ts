/** The job's side: a model that lives in the page, used as if it were here. The job keeps data, checkpoints, evaluation and results. */
import type { ModelConfig } from '../../src-preload/contract.ts'
import type { DomainRange, Interactions, TrainingData } from '../learning/data.ts'
import type { FitContext, FitSummary, Recommender, Snapshot } from '../learning/model.ts'
import { Line } from './compute-line.ts'
import { jobCalls, pageCalls } from './compute-messages.ts'
import type { JobCalls, PageCalls } from './compute-messages.ts'
import type { ComputePort } from './compute-port.ts'

const GONE =
  'The page that computed on the graphics card has ended: its process crashed or ran out of memory. Resume the run: it goes on from its last checkpoint. If that happens again, choose a smaller batch, or wasm.'

export class ComputePage {
  readonly #line: Line<PageCalls, JobCalls>
  readonly #port: ComputePort
  /** Of the model that is being fitted. */
  #fitting: { model: Recommender; context: FitContext } | null = null

  constructor(port: ComputePort) {
    this.#port = port
    this.#line = new Line<PageCalls, JobCalls>(
      port,
      { theirs: pageCalls, ours: jobCalls },
      {
        event: (event) => {
          this.#fitting?.context.onEvent(event)
          return null
        },
        validate: () => {
          if (!this.#fitting) throw new Error('The page asks for a validation, but nothing is being fitted.')
          return this.#fitting.context.validate(this.#fitting.model)
        },
        checkpoint: async (checkpoint) => {
          await this.#fitting?.context.checkpoints?.write(checkpoint)
          return null
        },
      },
      GONE,
    )
  }

  get call(): Line<PageCalls, JobCalls>['call'] {
    return this.#line.call.bind(this.#line)
  }

  /** @throws DOMException 'AbortError'; what the page's model throws */
  async fit(model: Recommender, data: TrainingData, context: FitContext): Promise<FitSummary> {
    const { seed, signal, checkpoints, medians = [] } = context
    signal.throwIfAborted()
    const cancel = (): void => void this.call('cancel', null).catch(() => undefined) // gone already
    signal.addEventListener('abort', cancel)
    this.#fitting = { model, context }
    try {
      const checkpoint = (await checkpoints?.read()) ?? null
      return await this.call('fit', { data, seed, checkpoint, medians: [...medians] })
    } finally {
      this.#fitting = null
      signal.removeEventListener('abort', cancel)
    }
  }

  close(): void {
    this.#port.close()
  }
}

export class PageRecommender implements Recommender {
  readonly #page: ComputePage
  readonly #created: Promise<null>
  #history: { number: number; events: Interactions | null } = { number: 0, events: null }

  constructor(page: ComputePage, model: string, config: ModelConfig) {
    this.#page = page
    this.#created = page.call('create', { model, config })
    this.#created.catch(() => undefined) // heard by whoever asks for something first
  }

  async fit(data: TrainingData, context: FitContext): Promise<FitSummary> {
    await this.#created
    return this.#page.fit(this, data, context)
  }

  async score(users: Uint32Array, history: Interactions, domain: DomainRange): Promise<Float32Array> {
    await this.#created
    if (this.#history.events !== history) {
      this.#history = { number: this.#history.number + 1, events: history }
      await this.#page.call('history', { number: this.#history.number, events: history })
    }
    return this.#page.call('score', { users, history: this.#history.number, domain })
  }

  async save(): Promise<Snapshot> {
    await this.#created
    return this.#page.call('save', null)
  }

  async load(snapshot: Snapshot, data: TrainingData): Promise<void> {
    await this.#created
    await this.#page.call('load', { snapshot, data })
  }

  /** Its page ends with the job. */
  dispose(): void {}
}
