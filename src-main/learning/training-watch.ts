/** What the training loop says about itself: how fast it is, how long it has taken, and why it cannot go on. */
import type { TrainingState } from './checkpoint.ts'

/** Smoothed time and samples a step; adds up the time spent in `state.seconds`, pauses left out. */
export class Clock {
  secondsPerStep = 0
  samplesPerSecond = 0
  readonly #state: Pick<TrainingState, 'seconds'>
  readonly #now: () => number
  #last: number

  /** @param now milliseconds */
  constructor(state: Pick<TrainingState, 'seconds'>, now: () => number = () => performance.now()) {
    this.#state = state
    this.#now = now
    this.#last = now()
  }

  tick(samples: number): void {
    const seconds = this.lap()
    const weight = this.secondsPerStep === 0 ? 1 : 0.1
    this.secondsPerStep += weight * (seconds - this.secondsPerStep)
    this.samplesPerSecond += weight * (samples / Math.max(seconds, 1e-6) - this.samplesPerSecond)
  }

  /** Time that is spent but no step's: a validation. @returns seconds since the last call */
  lap(): number {
    const now = this.#now()
    const seconds = (now - this.#last) / 1000
    this.#last = now
    this.#state.seconds += seconds
    return seconds
  }

  /** Time that does not count: a pause. */
  restart(): void {
    this.#last = this.#now()
  }
}

/** The loss or the gradient is no number any more. */
export class DivergedError extends Error {
  override readonly name = 'DivergedError'
  /** The epoch whose weights the learner holds; null when none was validated before. */
  readonly kept: number | null

  constructor(message: string, kept: number | null) {
    super(message)
    this.kept = kept
  }
}

/** @param about what the batch holds @param moves the weights moved within the step, so that its first may be too large already */
export function diverged(
  state: TrainingState,
  about: string,
  loss: number,
  learningRate: number,
  moves = false,
): DivergedError {
  const where = `Training diverged in epoch ${state.epoch}, step ${state.step + 1} (${about})`
  const what = Number.isFinite(loss) ? 'the gradient is no longer a finite number' : `the loss became ${loss}`
  const cause =
    state.step < 3 && !moves
      ? 'As this is one of the first steps, the features are likely to hold values that are not finite or very large: encode them again.'
      : `The learning rate is likely to be too high (${learningRate.toPrecision(2)} here): try a third of it, a longer warm-up or a smaller gradient limit.`
  const kept = state.best.epoch > 0 ? state.best.epoch : null
  const rest = kept === null ? '' : ` The best weights so far, of epoch ${kept}, are kept.`
  return new DivergedError(`${where}: ${what}. ${cause}${rest}`, kept)
}
