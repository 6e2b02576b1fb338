/**
 * The training loop of every model trained by gradients. It owns epochs, steps, the learning rate, clipping, validation, early stopping, best
 * weights, checkpoints, events, pausing and cancelling; a model owns its parameters, its batches and its loss.
 */
import type * as tf from '@tensorflow/tfjs-core'
import { AveragedWeights } from './averaging.ts'
import { CheckpointKeeper } from './checkpoint-keeper.ts'
import { BestWeights } from './checkpoint.ts'
import type { TrainingState } from './checkpoint.ts'
import type { FitContext, FitSummary, Recommender } from './model.ts'
import { Adam, learningRateAt } from './optimiser.ts'
import type { AdamConstants, Schedule } from './optimiser.ts'
import { Pacer } from './pacer.ts'
import type { Parameters, ParameterTensors } from './parameters.ts'
import type { SparseTable } from './sparse-table.ts'
import { StepGradient } from './step-gradient.ts'
import { Clock, diverged } from './training-watch.ts'

/** What a part needs of the host, ready to be uploaded. */
export interface PreparedPart {
  /** For every table of the learner, the rows that are looked at, distinct. */
  rows: Int32Array[]
  /** Uploads, and gives the part's share of the step's loss as a function of the parameters; a table's name stands for its rows. */
  upload(): (parameters: ParameterTensors) => tf.Scalar
}

interface StepFacts {
  /** Targets in the step. */
  samples: number
  /** How much its gradient and its loss count; 1 in the mean over an epoch. */
  weight: number
  /** What it holds, in words, for the sentence when it goes wrong. */
  about(): string
}

/** One optimiser step. Its parts are computed one after the other and their gradients added, so that a large batch fits into memory. */
export interface TrainingStep extends StepFacts {
  parts: number
  /** Host work alone. @param step from 0: chance in the part is drawn from it, so that a step is the same whenever it is made */
  prepare(part: number, step: number): PreparedPart
}

/** A step whose gradient is a formula that the host computes itself: no tensor, no device. */
export interface HostStep extends StepFacts {
  /**
   * Adds the gradient to the learner's tables and to `vector`, which is laid out like its parameters.
   * @param step as in `prepare` @param turn to be awaited now and then in long work; what it throws ends the step @returns the loss
   */
  differentiate(vector: Float32Array, step: number, turn: () => Promise<void>): Promise<number>
}

/** A step that moves the weights itself, sample after sample: plain stochastic gradients, to which neither Adam nor clipping applies. */
export interface MovingStep extends StepFacts {
  /** @param step as in `prepare` @param turn as in `differentiate` @returns the loss */
  move(learningRate: number, step: number, turn: () => Promise<void>): Promise<number>
}

export interface Learner {
  parameters: Parameters
  tables: SparseTable[]
  /** The same number of steps in every epoch, and the same steps whenever it is asked. @param epoch from 1 */
  epoch(epoch: number): (TrainingStep | HostStep | MovingStep)[]
}

export interface TrainingPlan extends Omit<Schedule, 'steps'> {
  epochs: number
  /** As in its paper where nothing is said. */
  adam?: AdamConstants
  /** Share of a running mean of the weights that stays at each step; validation and the result use the mean. Absent or 0: the weights themselves. */
  averaging?: number
  /** Largest global norm of the gradient, 0 = no limit. */
  clip: number
  /** Epochs between two validations; the last epoch is always validated. */
  validateEvery: number
  /** Epochs without a better validation value after which training stops. */
  patience: number
  /** Time after which training stops, 0 = no limit. */
  minutes: number
}

type Outcome = Pick<FitSummary, 'epochs' | 'bestEpoch' | 'bestValidation' | 'stopped'> & { seconds: number }

/**
 * Trains until the epochs are over, validation has not improved for `patience` of them, or time is up, and leaves the best weights in the
 * learner. Goes on from a checkpoint where there is one, bit for bit as if it had never stopped.
 * @throws DOMException 'AbortError' after the signal, with a checkpoint written; Error with step, batch and likely cause when the loss is no
 * longer a number, with the best weights so far in the learner; what the checkpoint store throws.
 */
export async function train(
  learner: Learner,
  model: Recommender,
  plan: TrainingPlan,
  context: FitContext,
): Promise<Outcome> {
  const { parameters, tables } = learner
  const { signal, gate, onEvent } = context
  const optimiser = new Adam(parameters.values.length, plan.adam)
  const best = new BestWeights(parameters, tables)
  const average = plan.averaging ? new AveragedWeights(parameters, tables, plan.averaging) : null
  const keeper = new CheckpointKeeper(context.checkpoints ?? null, { parameters, tables, optimiser, best, average })
  const state = await keeper.resume()
  const gradient = new StepGradient(learner)
  const pacer = new Pacer(signal)
  const clock = new Clock(state)

  const turn = async (): Promise<void> => {
    await pacer.turn()
    if (!gate?.closed) return
    onEvent({ type: 'phase', phase: 'Paused', fraction: null })
    await keeper.write(state)
    await gate.pass(signal)
    clock.restart()
  }

  try {
    while (!stopReason(state, plan, context.medians)) {
      const steps = learner.epoch(state.epoch)
      const total = steps.length * plan.epochs
      for (const current of steps.slice(state.position)) {
        if (timeIsUp(state, plan)) break
        const learningRate = learningRateAt(state.step, { ...plan, steps: total })
        const moves = 'move' in current
        const loss = moves
          ? await current.move(learningRate, state.step, turn)
          : await gradient.compute(current, state.step, steps[state.position + 1] ?? null, turn)
        const norm = moves ? 0 : current.weight * gradient.norm()
        if (!Number.isFinite(loss) || !Number.isFinite(norm))
          throw diverged(state, current.about(), loss, learningRate, moves)
        if (!moves)
          gradient.apply(optimiser, current.weight * clipFactor(norm, plan.clip), learningRate, state.step + 1)

        state.step++
        state.position++
        average?.add(state.step)
        state.loss += loss * current.weight
        state.weight += current.weight
        clock.tick(current.samples)
        onEvent({
          type: 'step',
          epoch: state.epoch,
          step: state.step,
          steps: total,
          loss,
          learningRate,
          samplesPerSecond: clock.samplesPerSecond,
          eta: (total - state.step) * clock.secondsPerStep,
        })
        await keeper.afterStep(state)
      }

      const { epoch } = state
      const due = epoch % plan.validateEvery === 0 || epoch === plan.epochs || timeIsUp(state, plan)
      const validate = async (): Promise<{ validation: number | null; better: boolean }> => {
        const validation = due ? await context.validate(model) : null
        signal.throwIfAborted()
        if (due) clock.lap()
        const better = validation !== null && (state.best.epoch === 0 || validation > state.best.validation)
        if (better) {
          state.best = { epoch, validation }
          best.keep()
        }
        return { validation, better }
      }
      const { validation, better } = await (average ? average.inUse(validate) : validate())
      onEvent({ type: 'epoch', epoch, loss: state.loss / state.weight, validation, best: better })
      Object.assign(state, { epoch: epoch + 1, position: 0, loss: 0, weight: 0 } satisfies Partial<TrainingState>)
      await (stopReason(state, plan, context.medians) ? keeper.write(state) : keeper.afterEpoch(state))
    }
  } catch (error) {
    if (signal.aborted) await keeper.write(state)
    else if (state.best.epoch > 0) best.use()
    throw error
  }

  best.use()
  const stopped = stopReason(state, plan, context.medians) ?? 'finished'
  const { epoch, validation } = state.best
  return { epochs: state.epoch - 1, bestEpoch: epoch, bestValidation: validation, stopped, seconds: state.seconds }
}

/** Looked at between epochs; follows from the state alone, so that a checkpoint of finished training is known as such. */
function stopReason(
  state: TrainingState,
  plan: TrainingPlan,
  medians: readonly number[] = [],
): FitSummary['stopped'] | null {
  const validated = state.epoch - 1 - ((state.epoch - 1) % plan.validateEvery)
  if (state.epoch > plan.epochs) return 'finished'
  if (validated - state.best.epoch >= plan.patience) return 'early-stopping'
  if (state.best.epoch > 0 && state.best.validation < (medians[state.epoch - 2] ?? -Infinity)) return 'median'
  return state.position === 0 && timeIsUp(state, plan) ? 'time-budget' : null // inside an epoch, validation comes first
}

function timeIsUp({ seconds }: TrainingState, { minutes }: TrainingPlan): boolean {
  return minutes > 0 && seconds >= 60 * minutes
}

/** What scales a gradient of this norm down to `limit` (Pascanu et al. 2013); 0 = no limit. */
function clipFactor(norm: number, limit: number): number {
  return limit > 0 && norm > limit ? limit / norm : 1
}
