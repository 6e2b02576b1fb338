/**
 * One run, from a data-set file to its results: prepare the split, refuse leaks, make the features, fit, evaluate on validation and test, and
 * write curves, per-user values, top lists and the best weights into runs/<id>/. The results appear in one transaction at the very end.
 */
import { existsSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { refuseLeaks } from '../../datasets/leaks.ts'
import { prepare, type Prepared } from '../../datasets/prepare.ts'
import { evaluate, validationNdcg } from '../../evaluation/evaluate.ts'
import type { Evaluation } from '../../evaluation/types.ts'
import { ensureFeatures } from '../../features/ensure.ts'
import { startBackend } from '../../learning/backends/index.ts'
import type { TrainingData } from '../../learning/data.ts'
import type { FitSummary, ModelDefinition, Recommender } from '../../learning/model.ts'
import { modelById } from '../../learning/models/index.ts'
import { DatasetFile } from '../../workspace/dataset-file.ts'
import { PlotFile } from '../../workspace/plot-file.ts'
import { PosterFile } from '../../workspace/poster-file.ts'
import { RunFile } from '../../workspace/run-file.ts'
import type { RunSummary } from '../../workspace/run-results.ts'
import { writeSafetensors } from '../../workspace/safetensors.ts'
import type { JobResult, TrainTask } from '../messages.ts'
import type { TaskContext, TaskProgress } from './context.ts'
import { Recorder } from './recorder.ts'

/** @throws Error with a sentence; LeakError when the split would leak; DOMException 'AbortError' */
export async function trainTask(task: TrainTask, context: TaskContext): Promise<JobResult> {
  const { paths, signal } = context
  const definition = modelById(task.model)
  await rm(paths.run(task.runId), { recursive: true, force: true }) // of an earlier attempt
  await mkdir(paths.run(task.runId), { recursive: true })
  const file = new RunFile(paths.metrics(task.runId))
  try {
    const data = await trainingData(task, definition, context)
    if (definition.family === 'neural') {
      context.progress({ phase: 'Starting the backend', fraction: null })
      await startBackend(task.backend)
    }
    const model = definition.create(task.config)
    try {
      const recorder = new Recorder(file, context)
      const begun = performance.now()
      const fit = await model.fit(data, {
        seed: task.seed,
        signal,
        onEvent: (event) => recorder.hear(event),
        validate: (candidate) => validationNdcg(candidate, data, signal),
      })
      const fitSeconds = (performance.now() - begun) / 1000
      recorder.flush()
      const evaluations = await evaluateBoth(model, data, context)
      context.progress({ phase: 'Writing the results', fraction: null })
      await writeWeights(model, task, paths.weights(task.runId))
      file.finish(summarise(fit, fitSeconds, data, evaluations), evaluations)
    } finally {
      model.dispose()
    }
  } finally {
    file.close()
  }
  return { kind: 'train', runId: task.runId }
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
    const features = definition.usesFeatures
      ? await ensureFeatures({ prepared, dataset, posters, plots, folder: paths.features, signal, onProgress })
      : []
    const data = { ...prepared.data, features }
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

async function evaluateBoth(model: Recommender, data: TrainingData, context: TaskContext): Promise<Evaluation[]> {
  const evaluations: Evaluation[] = []
  for (const part of ['validation', 'test'] as const) {
    const phase = part === 'test' ? 'Evaluating on test' : 'Evaluating on validation'
    const onProgress = (fraction: number): void => context.progress({ phase, fraction })
    onProgress(0)
    evaluations.push(await evaluate(model, data, part, { signal: context.signal, onProgress }))
  }
  return evaluations
}

/** The best weights: trainers restore them before they return. */
async function writeWeights(model: Recommender, task: TrainTask, path: string): Promise<void> {
  const { arrays, json } = await model.save()
  await writeSafetensors(path, arrays, {
    model: task.model,
    config: JSON.stringify(task.config),
    seed: String(task.seed),
    state: JSON.stringify(json),
  })
}

function summarise(fit: FitSummary, fitSeconds: number, data: TrainingData, evaluations: Evaluation[]): RunSummary {
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
