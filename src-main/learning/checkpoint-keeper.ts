/** When a checkpoint is due: at least once a minute and at every epoch's end, but never for more than a tenth of the time. */
import { checkpointOf, restoreCheckpoint } from './checkpoint.ts'
import type { CheckpointStore, Trained, TrainingState } from './checkpoint.ts'

const SECONDS = 60
/** An epoch's end waits until ten times what the last checkpoint took to write has gone by. */
const SHARE = 10

export class CheckpointKeeper {
  readonly #store: CheckpointStore | null
  readonly #trained: Trained
  readonly #now: () => number
  #written = ''
  #at: number
  /** What writing took, milliseconds. */
  #took = 0

  /** @param now milliseconds */
  constructor(store: CheckpointStore | null, trained: Trained, now: () => number = () => performance.now()) {
    this.#store = store
    this.#trained = trained
    this.#now = now
    this.#at = now()
  }

  /** Where training goes on, with all arrays as they were then; or its start. @throws Error when what is kept is of another run */
  async resume(): Promise<TrainingState> {
    const found = (await this.#store?.read()) ?? null
    if (!found)
      return { epoch: 1, position: 0, step: 0, loss: 0, weight: 0, best: { epoch: 0, validation: 0 }, seconds: 0 }
    const state = restoreCheckpoint(found, this.#trained)
    this.#written = place(state)
    return state
  }

  async afterStep(state: TrainingState): Promise<void> {
    if (this.#now() - this.#at >= 1000 * SECONDS) await this.write(state)
  }

  async afterEpoch(state: TrainingState): Promise<void> {
    if (this.#now() - this.#at >= SHARE * this.#took) await this.write(state)
  }

  /** Now, unless this very state is kept already. */
  async write(state: TrainingState): Promise<void> {
    if (!this.#store || place(state) === this.#written) return
    const begun = this.#now()
    await this.#store.write(checkpointOf(state, this.#trained))
    this.#written = place(state)
    this.#at = this.#now()
    this.#took = this.#at - begun
  }
}

function place({ epoch, position }: TrainingState): string {
  return `${epoch}/${position}`
}
