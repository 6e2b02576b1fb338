/** Models as files: what an exported one says of its run, and a run made from one that belongs to the experiment. */
import { copyFile, mkdir } from 'node:fs/promises'
import type { Experiment, ProtocolCard, Run } from '../../src-preload/contract.ts'
import { models } from '../learning/models/index.ts'
import { type ModelOrigin, readModelFile } from '../workspace/model-file.ts'
import { newId } from '../workspace/paths.ts'
import { RunResults } from '../workspace/run-results.ts'
import type { Context } from './context.ts'
import { modelConfigOf } from './model-config.ts'

export function originOf({ workspace }: Context, run: Run): ModelOrigin {
  const results = RunResults.open(workspace.paths.metrics(run.id))
  try {
    const summary = results?.summary()
    const { card } = workspace.experiments.get(run.experimentId)
    if (!summary) return { label: run.label, card, fit: null }
    const { parameters, epochs, bestEpoch, backend, stopped, fitSeconds: seconds } = summary
    return { label: run.label, card, fit: { parameters, epochs, bestEpoch, backend, stopped, seconds } }
  } finally {
    results?.close()
  }
}

/**
 * Stores a run that loads an exported model; it is still to be queued. Its weights are looked at again when it is loaded.
 * @param path of the file, of which the workspace keeps a copy until the run has its results
 * @throws Error with a sentence when the file is damaged, or does not belong to the experiment
 */
export async function insertImported(context: Context, experimentId: string, path: string): Promise<Run> {
  const { workspace } = context
  const experiment = workspace.experiments.get(experimentId)
  const { model, config, seed, origin } = await readModelFile(path)
  if (!origin?.fit)
    throw new Error(
      `${path} says nothing of a finished run. Choose a file that 'Export model' has written for a run that is done.`,
    )
  refuseOther(experiment, origin)
  if (!models.some(({ id }) => id === model))
    throw new Error(`${path} is of the model '${model}', which this version of Crossreel does not have.`)
  const whole = modelConfigOf(model, config)

  const id = newId('run')
  workspace.runs.expect(id)
  try {
    await mkdir(workspace.paths.run(id), { recursive: true })
    await copyFile(path, workspace.paths.imported(id))
    workspace.transaction(() => {
      const runs = workspace.runs.ofExperiment(experimentId)
      workspace.experiments.get(experimentId) // it may have been removed while the file was copied
      const label = freeLabel(origin.label, seed, JSON.stringify([model, whole]), runs)
      workspace.runs.insert(
        { id, experimentId, model, label, config: whole, seed, createdAt: context.now() },
        runs.length,
      )
      workspace.runs.discarded(id)
    })
  } catch (error) {
    workspace.discard('run', id)
    throw error
  }
  return workspace.runs.get(id)
}

function refuseOther({ spec, card }: Pick<Experiment, 'spec' | 'card'>, origin: ModelOrigin): void {
  if (spec.kind === 'tuning')
    throw new Error(
      `'${spec.name}' is a search, whose runs see validation only. Import the model into an experiment that compares models.`,
    )
  if (origin.card.hash === card.hash) return
  throw new Error(
    `The model '${origin.label}' does not belong to this experiment: it was trained under another protocol. ${differences(origin.card, card)} Import it into an experiment with its own data set, domains and protocol.`,
  )
}

/** Where two cards differ, in words: the most telling rows come first on a card. */
function differences(theirs: ProtocolCard, ours: ProtocolCard): string {
  const of = (card: ProtocolCard): Map<string, { label: string; said: string }> =>
    new Map(card.rows.map(({ key, label, value }) => [key, { label, said: key === 'dataset' ? hashIn(value) : value }]))
  const [their, our] = [of(theirs), of(ours)]
  const differing = [...new Set([...their.keys(), ...our.keys()])].flatMap((key) => {
    const [one, other] = [their.get(key), our.get(key)]
    if (one?.said === other?.said) return []
    const label = one?.label ?? other?.label ?? key
    return [`${label}: ${shown(theirs, key)} there, ${shown(ours, key)} here`]
  })
  if (differing.length === 0) return `Its protocol is ${theirs.hash}, that of the experiment ${ours.hash}.`
  const more = differing.length > SHOWN ? `, and ${differing.length - SHOWN} more` : ''
  return `It differs in ${differing.slice(0, SHOWN).join('; ')}${more}.`
}

const SHOWN = 3

/** 'ml-latest-small (3f2a…)' -> '3f2a…': the name of a data set does not matter. */
function hashIn(value: string): string {
  return /\(([0-9a-f]+)\)$/.exec(value)?.[1] ?? value
}

function shown({ rows }: ProtocolCard, key: string): string {
  const value = rows.find((row) => row.key === key)?.value
  if (value === undefined) return 'nothing'
  return `'${value.length > 80 ? `${value.slice(0, 77)}…` : value}'`
}

/** "T (imported)"; of several seeds of one configuration it is one row of the tables, so they share it. */
function freeLabel(label: string, seed: number, what: string, runs: Run[]): string {
  const fits = (candidate: string): boolean =>
    runs
      .filter((run) => run.label === candidate)
      .every((run) => run.seed !== seed && JSON.stringify([run.model, run.config]) === what)
  const stem = label.replace(/ \(imported(?: \d+)?\)$/, '').slice(0, 180)
  let candidate = `${stem} (imported)`
  for (let n = 2; !fits(candidate); n++) candidate = `${stem} (imported ${n})`
  return candidate
}
