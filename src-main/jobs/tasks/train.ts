/**
 * One run, from a data-set file to its results: prepare the split, refuse leaks, make the features, fit, evaluate on validation and test, and
 * write curves, per-user values, top lists and the best weights into runs/<id>/. The results appear in one transaction at the very end. On the
 * way it leaves checkpoints there, from which a run that was cut off goes on with the same curve and the same weights.
 */
import { existsSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import type { Series } from '../../../src-preload/contract.ts'
import { blindfolded } from '../../datasets/splitting/blindfold.ts'
import { refuseLeaks } from '../../datasets/splitting/leaks.ts'
import { prepare, type Prepared } from '../../datasets/splitting/prepare.ts'
import { evaluate, validationNdcg } from '../../evaluation/evaluate.ts'
import type { Evaluation } from '../../evaluation/types.ts'
import { ensureFeatures } from '../../features/ensure.ts'
import { ensureViews } from '../../features/views.ts'
import type { TrainingData } from '../../learning/data.ts'
import type { FitContext, FitSummary, ModelDefinition, Recommender } from '../../learning/model.ts'
import { modelById } from '../../learning/models/index.ts'
import { Gate } from '../../learning/pacer.ts'
import { DivergedError } from '../../learning/training-watch.ts'
import { CheckpointFiles, type CheckpointOwner, ownerOf, removeCheckpoints } from '../../workspace/checkpoint-file.ts'
import { DatasetFile } from '../../workspace/dataset-file.ts'
import { writeModelFile } from '../../workspace/model-file.ts'
import { PlotFile } from '../../workspace/plot-file.ts'
import { PosterFile } from '../../workspace/poster-file.ts'
import { RunFile } from '../../workspace/run-file.ts'
import type { RunSummary } from '../../workspace/run-results.ts'
import { VectorFile, vectorFiles } from '../../workspace/vector-file.ts'
import { type Computing, openComputing } from '../compute.ts'
import type { JobResult, TrainTask } from '../messages.ts'
import type { TaskContext, TaskProgress } from './context.ts'
import { loadModel } from './loaded-model.ts'
import { Recorder } from './recorder.ts'

/** @throws Error with a sentence; LeakError when the split would leak; DOMException 'AbortError' */
export async function trainTask(task: TrainTask, context: TaskContext): Promise<JobResult> {
  const { paths, signal } = context
  const definition = modelById(task.model)
  if (!task.resume && task.weights === null) await rm(paths.run(task.runId), { recursive: true, force: true }) // of an earlier attempt
  await mkdir(paths.run(task.runId), { recursive: true })

  const data = await trainingData(task, definition, context)
  const owner = ownerOf(task.model, task.config, task.seed, data)
  const checkpoints = new CheckpointFiles(paths.checkpoint(task.runId), owner, (text) => context.log('warning', text))
  const kept = task.resume ? await checkpoints.read() : null
  const file = await freshRunFile(paths.metrics(task.runId), kept?.curves ?? [])
  let computing: Computing | null = null
  try {
    if (definition.family === 'neural') {
      context.progress({ phase: 'Starting the backend', fraction: null })
      computing = await openComputing(task.backend, context)
    }
    const recorder = new Recorder(file, context, kept?.curves)
    const gate = new Gate()
    context.onPause((paused) => (paused ? gate.close() : gate.open()))
    const model = computing?.create(definition, task.config) ?? definition.create(task.config)
    try {
      const begun = performance.now()
      const fitting: FitContext = {
        seed: task.seed,
        signal,
        gate,
        onEvent: (event) => recorder.hear(event),
        validate: (candidate) => validationNdcg(candidate, data, signal, gate, rankingThreads(context)),
        medians: task.medians,
        checkpoints: {
          read: () => Promise.resolve(kept?.checkpoint ?? null),
          write: (checkpoint) => checkpoints.write(checkpoint, recorder.curves()),
        },
      }
      const fit =
        task.weights === null
          ? await model.fit(blindfolded(data), fitting)
          : await loadModel(task.weights, owner, model, data, computing?.id ?? null, fitting)
      const fitSeconds = fit.seconds ?? (performance.now() - begun) / 1000
      recorder.flush()
      const evaluations = await evaluateParts(model, data, task.test, gate, context)
      context.progress({ phase: 'Writing the results', fraction: null })
      await writeWeights(model, task, owner, paths.weights(task.runId))
      file.finish(summarise(fit, fitSeconds, computing, data, evaluations), evaluations)
      await removeCheckpoints(paths.checkpoint(task.runId))
    } catch (error) {
      recorder.flush()
      if (error instanceof DivergedError && error.kept !== null)
        await writeWeights(model, task, owner, paths.weights(task.runId))
      throw error
    } finally {
      model.dispose()
    }
  } finally {
    computing?.close()
    file.close()
  }
  return { kind: 'train', runId: task.runId }
}

/** The run's file made anew: what was written after the checkpoint will come again. */
async function freshRunFile(path: string, curves: readonly Series[]): Promise<RunFile> {
  for (const suffix of ['', '-wal', '-shm']) await rm(path + suffix, { force: true, maxRetries: 5 }) // somebody may be reading it
  const file = new RunFile(path)
  file.append(curves)
  return file
}

async function trainingData(task: TrainTask, definition: ModelDefinition, context: TaskContext): Promise<TrainingData> {
  const { paths, signal } = context
  context.progress({ phase: 'Preparing the split', fraction: null })
  const dataset = DatasetFile.open(paths.dataset(task.datasetId))
  const posters = openIf(paths.posters(task.datasetId), PosterFile)
  const plots = openIf(paths.plots(task.datasetId), PlotFile)
  try {
    const prepared: Prepared = prepare(dataset, task.domains, task.protocol)
    signal.throwIfAborted()
    const onProgress = (progress: TaskProgress): void => context.progress(progress)
    const vectors = vectorFiles(paths, task.datasetId).map((path) => VectorFile.open(path))
    const made = { prepared, dataset, posters, plots, vectors, folder: paths.features, signal, onProgress }
    const features = definition.usesFeatures ? await ensureFeatures(made) : []
    const views = definition.usesViews ? { views: await ensureViews(made) } : {}
    const data = { ...prepared.data, features, ...views }
    refuseLeaks({ ...prepared, data })
    return data
  } finally {
    dataset.close()
    posters?.close()
    plots?.close()
  }
}

function openIf<T>(path: string, type: { open(path: string): T }): T | null {
  return existsSync(path) ? type.open(path) : null
}

/** @param test false: the test part stays unseen */
async function evaluateParts(
  model: Recommender,
  data: TrainingData,
  test: boolean,
  gate: Gate,
  context: TaskContext,
): Promise<Evaluation[]> {
  const evaluations: Evaluation[] = []
  for (const part of test ? (['validation', 'test'] as const) : (['validation'] as const)) {
    const phase = part === 'test' ? 'Evaluating on test' : 'Evaluating on validation'
    const onProgress = (fraction: number): void => context.progress({ phase, fraction })
    onProgress(0)
    evaluations.push(
      await evaluate(model, data, part, { signal: context.signal, gate, onProgress, threads: rankingThreads(context) }),
    )
  }
  return evaluations
}

/** Where runs share the cores, lists are ranked on one. */
function rankingThreads({ threads }: TaskContext): number | undefined {
  return threads === undefined ? undefined : 1
}

/** The best weights: trainers restore them before they return. */
async function writeWeights(model: Recommender, task: TrainTask, owner: CheckpointOwner, path: string): Promise<void> {
  const { model: id, config, seed } = task
  await writeModelFile(path, { model: id, config, seed, owner, snapshot: await model.save(), origin: null })
}

function summarise(
  fit: FitSummary,
  fitSeconds: number,
  computing: Computing | null,
  data: TrainingData,
  evaluations: Evaluation[],
): RunSummary {
  const ndcg = (part: Evaluation['part']): number | null => {
    const values = evaluations
      .filter((e) => e.part === part)
      .flatMap((e) => e.domains.flatMap((d) => (d.users.length > 0 ? (d.mean['ndcg@10'] ?? []) : [])))
    return values.length === 0 ? null : values.reduce((a, b) => a + b, 0) / values.length
  }
  return {
    parameters: fit.parameters,
    epochs: fit.epochs,
    bestEpoch: fit.bestEpoch,
    backend: fit.backend,
    device: computing?.device ?? null,
    stopped: fit.stopped,
    validation: fit.bestValidation ?? ndcg('validation'),
    test: ndcg('test'),
    fitSeconds,
    dataHash: data.hash,
    evaluations: evaluations.map(({ part, domains }) => ({
      part,
      domains: domains.map(({ domain, k, mean, perUser }) => ({ domain, k, mean, metrics: Object.keys(perUser) })),
    })),
  }
}
