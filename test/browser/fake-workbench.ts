/**
 * A workbench of believable data behind the contract's own types: for component tests, and for looking at the page without a host.
 * Nothing is computed for real; jobs end when a test says so (`finish`) or, with `live`, by themselves.
 */
import type {
  Argument,
  Dataset,
  DomainMap,
  Events,
  Experiment,
  Job,
  Movie,
  RequestName,
  Requests,
  Result,
  Run,
  Settings,
  Study,
  StudyState,
  Workbench,
} from '@contract'
import { genreNames, latestSmall, makeMovies, makePoster, report, sample } from './fake/catalogue.ts'
import { makeCardComparison, makeComparison, makeHistoryComparison, makeLooks } from './fake/comparison.ts'
import {
  makeCleaningSteps,
  makeDatasetUsers,
  makeDiskUse,
  makeFacts,
  makeHistory,
  presets,
  tablePreview,
} from './fake/data-room.ts'
import {
  domains,
  finishedExperiment,
  makeCard,
  makeExperiment,
  makeSeries,
  runningExperiment,
} from './fake/experiments.ts'
import { fifteenModels } from './fake/fifteen.ts'
import { makeInspection, makeUsers } from './fake/inspection.ts'
import { ablation, backends, metrics, models } from './fake/models.ts'
import { makeStudies, studyText, suggestStudy } from './fake/studies.ts'

export interface FakeOptions {
  /** No data set, no experiment: the first start. */
  empty?: boolean
  shell?: 'electron' | 'browser'
  /** Calls that fail, with the sentence they fail with. A test may change it while it runs. */
  fail?: Partial<Record<RequestName, string>>
  settings?: Partial<Settings>
  /** Jobs move on and end by themselves, in about two seconds. */
  live?: boolean
  /** What is picked is a rating table of no known release. */
  table?: boolean
  /** A finished experiment of fifteen models more: 'exp-fifteen'. */
  fifteen?: boolean
}
export interface FakeWorkbench extends Workbench {
  calls: { name: RequestName; argument: unknown }[]
  fail: Partial<Record<RequestName, string>>
  emit<E extends keyof Events>(event: E, payload: Events[E]): void
  /** Ends a job well: its data set appears, and the events are sent. */
  finish(jobId: string): void
}

export function makeFakeWorkbench(options: FakeOptions = {}): FakeWorkbench {
  const listeners = new Map<keyof Events, Set<(payload: never) => void>>()
  const datasets: Dataset[] = options.empty ? [] : [latestSmall, sample]
  const experiments: Experiment[] = options.empty ? [] : [finishedExperiment(), runningExperiment()]
  if (options.fifteen) experiments.push(fifteenModels())
  const studies: Study[] = options.empty ? [] : makeStudies(latestSmall.id)
  const removed: Dataset[] = []
  const maps: DomainMap[] = []
  const jobs: Job[] = []
  const movies = new Map<string, Movie[]>()
  let settings: Settings = {
    theme: 'system',
    lastDatasetId: null,
    lastExperimentId: null,
    backend: 'auto',
    parallelRuns: 0,
    ...options.settings,
  }

  const emit: FakeWorkbench['emit'] = (event, payload) => {
    for (const listener of listeners.get(event) ?? []) (listener as (p: typeof payload) => void)(payload)
  }
  const moviesOf = (datasetId: string): Movie[] => {
    const made = movies.get(datasetId) ?? makeMovies(datasets.find((dataset) => dataset.id === datasetId)?.movies ?? 0)
    movies.set(datasetId, made)
    return made
  }
  const experiment = (id: string): Experiment => {
    const found = experiments.find((each) => each.id === id)
    if (!found) throw new Error('This experiment is no longer in the workspace.')
    return found
  }
  const studyOf = (id: string): Study => {
    const found = studies.find((each) => each.id === id)
    if (!found) throw new Error('This study is no longer in the workspace.')
    return found
  }
  function moveStudy(id: string, state: StudyState): Study {
    const moved = { ...studyOf(id), state }
    studies[studies.indexOf(studyOf(id))] = moved
    return moved
  }
  const datasetOf = (id: string): Dataset => {
    const found = datasets.find((dataset) => dataset.id === id)
    if (!found) throw new Error('This data set is no longer in the workspace.')
    return found
  }
  function alter(id: string, to: Partial<Dataset>): Dataset {
    const changed = { ...datasetOf(id), ...to }
    datasets[datasets.findIndex((dataset) => dataset.id === id)] = changed
    emit('datasets.changed', { datasetId: id })
    return changed
  }
  const runOf = (id: string): Run => {
    const found = experiments.flatMap((each) => each.runs).find((run) => run.id === id)
    if (!found) throw new Error('This run is no longer in the workspace.')
    return found
  }
  function change(jobId: string, to: Partial<Job>): Job {
    const at = jobs.findIndex((job) => job.id === jobId)
    const job = { ...jobs[at]!, ...to }
    jobs[at] = job
    emit('job.changed', job)
    return job
  }
  function startJob(kind: Job['kind'], label: string, datasetId: string | null): Job {
    const job: Job = {
      id: `job-${jobs.length + 1}`,
      kind,
      label,
      state: 'running',
      createdAt: 1000 + jobs.length,
      startedAt: 1000,
      phase: kind === 'sample' ? 'Drawing posters' : 'Reading ratings.csv',
      fraction: 0.42,
      eta: 3,
      samplesPerSecond: null,
      error: null,
      datasetId,
      runId: null,
    }
    jobs.push(job)
    if (options.live)
      for (const n of [1, 2, 3, 4, 5])
        setTimeout(() => (n === 5 ? finish(job.id) : change(job.id, { fraction: n / 5, eta: 5 - n })), n * 400)
    return job
  }
  function finish(jobId: string): void {
    const job = jobs.find((each) => each.id === jobId)!
    const made =
      job.kind === 'sample'
        ? sample
        : { ...latestSmall, id: job.datasetId ?? 'ds-new', name: job.label.replace('Import ', '') }
    if (!datasets.some((dataset) => dataset.id === made.id)) datasets.push(made)
    emit('datasets.changed', { datasetId: made.id })
    change(jobId, { state: 'done', fraction: 1, eta: null, phase: 'Done' })
  }

  const answers: { [N in RequestName]: (p: Argument<N>) => Result<N> } = {
    'app.info': () => ({
      version: '0.1.0',
      shell: options.shell ?? 'electron',
      workspace: '/home/ada/Crossreel',
      platform: 'linux',
      backends,
    }),
    'settings.get': () => settings,
    'settings.set': (p) => (settings = { ...settings, ...p }),
    'files.pick': ({ purpose }) => ({
      token: `picked-${purpose}`,
      name: purpose === 'plots' ? 'plots.csv' : `${purpose}.zip`,
    }),
    'files.typed': ({ path }) => ({ token: 'typed', name: path.split('/').at(-1) ?? path }),
    'datasets.list': () => [...datasets],
    'datasets.recognise': () => ({
      format: 'MovieLens latest-small (CSV)',
      files: [
        { name: 'ratings.csv', bytes: 2_483_723 },
        { name: 'movies.csv', bytes: 494_431 },
        { name: 'tags.csv', bytes: 118_660 },
        { name: 'links.csv', bytes: 197_979 },
      ],
      bytes: 3_294_793,
      suggestedName: 'ml-latest-small',
      table: options.table ? tablePreview : null,
    }),
    'datasets.previewTable': ({ mapping }) => ({ ...tablePreview, suggested: mapping }),
    'datasets.import': ({ name }) => startJob('import', `Import ${name}`, 'ds-new'),
    'datasets.sample': () => startJob('sample', 'Make the sample data set', sample.id),
    'datasets.addPosters': ({ datasetId }) => startJob('posters', 'Add posters', datasetId),
    'datasets.addPlots': ({ datasetId }) => startJob('plots', 'Add plots', datasetId),
    'datasets.addVectors': ({ datasetId }) => startJob('vectors', 'Add vectors', datasetId),
    'datasets.fetchPosters': ({ datasetId }) => startJob('fetch-posters', 'Fetch posters', datasetId),
    'datasets.clean': ({ name }) => startJob('clean', `Make ${name}`, 'ds-cleaned'),
    'datasets.cleanPreview': ({ datasetId, recipe }) => makeCleaningSteps(datasetOf(datasetId), recipe),
    'datasets.combine': ({ name }) => startJob('combine', `Combine into ${name}`, 'ds-combined'),
    'datasets.facts': ({ datasetId }) => makeFacts(datasetOf(datasetId)),
    'datasets.rename': ({ datasetId, name }) => alter(datasetId, { name }),
    'datasets.note': ({ datasetId, notes }) => alter(datasetId, { notes }),
    'datasets.removed': () => [...removed],
    'datasets.restore': ({ datasetId }) => {
      const [back] = removed.splice(
        removed.findIndex((dataset) => dataset.id === datasetId),
        1,
      )
      datasets.push(back!)
      emit('datasets.changed', { datasetId })
      return back!
    },
    'datasets.users': ({ datasetId, search, sort, offset, limit }) => {
      const users = makeDatasetUsers(datasetOf(datasetId), search, sort)
      return { total: users.length, users: users.slice(offset, offset + limit) }
    },
    'datasets.history': ({ datasetId, user, offset, limit }) => {
      const found = makeDatasetUsers(datasetOf(datasetId), String(user), 'id').find((each) => each.user === user)
      if (!found) throw new Error(`User ${user} is not in this data set.`)
      return makeHistory(found, moviesOf(datasetId), offset, limit)
    },
    'datasets.report': () => report,
    'datasets.remove': ({ datasetId }) => {
      removed.push(
        ...datasets.splice(
          datasets.findIndex((dataset) => dataset.id === datasetId),
          1,
        ),
      )
      emit('datasets.changed', { datasetId: null })
      return null
    },
    'datasets.movies': ({ datasetId, search, offset, limit }) => {
      const found = moviesOf(datasetId).filter((movie) => movie.title.toLowerCase().includes(search.toLowerCase()))
      return { total: found.length, movies: found.slice(offset, offset + limit) }
    },
    'datasets.posters': ({ movieIds }) => Object.fromEntries(movieIds.map((id) => [id, makePoster(id)])),
    'domains.suggest': () => domains,
    'domains.presets': () => presets,
    'domains.saved': ({ datasetId }) => maps.filter((map) => map.datasetId === datasetId),
    'domains.save': ({ datasetId, name, spec }) => {
      const map = { id: `map-${maps.length + 1}`, datasetId, name, spec, hash: `hash-of-${name}`, createdAt: 1000 }
      maps.push(map)
      return map
    },
    'domains.forget': ({ mapId }) => {
      maps.splice(
        maps.findIndex((map) => map.id === mapId),
        1,
      )
      return null
    },
    'domains.readLists': () => ({ kind: 'lists', name: 'domains.csv', a: [1, 2, 3], b: [4, 5] }),
    'domains.preview': ({ domains: spec }) => {
      if (spec.kind !== 'genres')
        return { a: { movies: 9742, users: 610, ratings: 100_836 }, b: null, sharedUsers: 610, outside: 0, ties: 0 }
      const share = (genres: string[]): number => genres.length / genreNames.length
      const counts = (part: number) => ({
        movies: Math.round(9742 * part),
        users: part ? Math.round(610 * (1 - (1 - part) ** 8)) : 0,
        ratings: Math.round(100_836 * part),
      })
      const unused = 1 - share(spec.a) - share(spec.b)
      return {
        a: counts(share(spec.a)),
        b: counts(share(spec.b)),
        sharedUsers: spec.a.length && spec.b.length ? 598 : 0,
        outside: 34 + Math.round(9742 * unused),
        ties: 1207,
      }
    },
    'protocol.preview': ({ protocol }) => ({
      steps: [
        { label: 'Ratings of the two domains', users: 610, movies: 9708, ratings: 100_730 },
        { label: `${protocol.kCore}-core, round 1`, users: 610, movies: 3650, ratings: 90_274 },
        { label: `${protocol.kCore}-core, round 2`, users: 610, movies: 3650, ratings: 90_274 },
      ],
      train: Math.round(90_274 * protocol.ratios[0]),
      validation: Math.round(90_274 * protocol.ratios[1]),
      test: Math.round(90_274 * protocol.ratios[2]),
      testUsers: { A: 571, B: 588 },
      card: makeCard(protocol),
    }),
    'models.list': () => models,
    'metrics.list': () => metrics,
    'experiments.list': () => [...experiments],
    'experiments.get': ({ experimentId }) => experiment(experimentId),
    'experiments.estimate': ({ runs }) =>
      runs.map(({ model, label }) => {
        const neural = model === 'transformer'
        const seconds = neural ? 214 : 3
        return {
          model,
          label,
          parameters: neural ? 812_544 : null,
          seconds,
          memoryBytes: neural ? 410e6 : 96e6,
          text: neural ? 'about 4 minutes on wasm' : 'about 3 seconds on wasm',
        }
      }),
    'experiments.create': (spec) => {
      const made = makeExperiment(`exp-${experiments.length + 1}`, spec, Date.UTC(2026, 10, 22))
      experiments.push(made)
      emit('experiments.changed', { experimentId: made.id })
      return made
    },
    'experiments.ablation': ({ config }) => ablation(config),
    'experiments.remove': ({ experimentId }) => {
      experiments.splice(experiments.indexOf(experiment(experimentId)), 1)
      return null
    },
    'studies.list': () => studies,
    'studies.get': ({ studyId }) => studyOf(studyId),
    'studies.suggest': ({ datasetId, kind }) => suggestStudy(datasetId, kind),
    'studies.create': (spec) => {
      const [like] = makeStudies(spec.datasetId)
      const study: Study = {
        ...like!,
        id: `study-${studies.length + 1}`,
        spec,
        createdAt: Date.UTC(2026, 10, 21),
        trials: [],
      }
      studies.push(study)
      return study
    },
    'studies.pause': ({ studyId }) => moveStudy(studyId, 'paused'),
    'studies.resume': ({ studyId }) => moveStudy(studyId, 'running'),
    'studies.cancel': ({ studyId }) => moveStudy(studyId, 'cancelled'),
    'studies.remove': ({ studyId }) => {
      studies.splice(studies.indexOf(studyOf(studyId)), 1)
      return null
    },
    'studies.export': () => studyText,
    'runs.get': ({ runId }) => experiments.flatMap((each) => each.runs).find((run) => run.id === runId)!,
    'runs.series': ({ name, points }) => makeSeries(name, points),
    'runs.cancel': () => null,
    'runs.pause': ({ runId }) => ({ ...runOf(runId), state: 'paused' }),
    'runs.resume': ({ runId }) => ({ ...runOf(runId), state: 'running' }),
    'runs.exportModel': ({ runId }) => ({ path: `/home/ada/${runId}.safetensors` }),
    'runs.importModel': ({ experimentId }) => {
      const { runs } = experiment(experimentId)
      const from = runs.at(-1)!
      const run: Run = { ...from, id: `${experimentId}-imported`, label: `${from.label} (imported)`, state: 'queued' }
      runs.push(run)
      emit('experiments.changed', { experimentId })
      return run
    },
    'runs.retry': ({ runId }) => ({
      ...experiments.flatMap((each) => each.runs).find((run) => run.id === runId)!,
      state: 'queued',
      reason: null,
    }),
    'jobs.list': () => [...jobs],
    'jobs.cancel': ({ jobId }) => {
      change(jobId, { state: 'cancelled', eta: null })
      return null
    },
    'compare.table': (p) => makeComparison(experiment(p.experimentId), p.metric, p.domain, p.baseline),
    'compare.history': (p) => makeHistoryComparison(experiment(p.experimentId), p.metric, p.domain),
    'compare.cards': ({ first, second }) => makeCardComparison(experiment(first).card, experiment(second).card),
    'compare.looks': ({ experimentId }) => makeLooks(experiment(experimentId)),
    'compare.export': ({ format }) => `% ${format} of the comparison`,
    'reports.write': ({ experimentId }) => ({
      folder: `/home/ada/Crossreel/reports/${experimentId}`,
      files: ['report.html', 'comparison.tex', 'comparison.csv', 'comparison.md', 'manifest.json'],
    }),
    'workspace.use': () => makeDiskUse(datasets),
    'workspace.backup': () => startJob('backup', 'Back up the workspace', null),
    'workspace.restore': () => startJob('restore', 'Restore a backup', null),
    'workspace.move': () => startJob('move', 'Move the workspace', null),
    'inspect.users': ({ search, limit }) => makeUsers(search, limit),
    'inspect.user': ({ experimentId, runIds, user, k }) =>
      makeInspection(experiment(experimentId), moviesOf(latestSmall.id), runIds, user, k),
  }

  const fake: FakeWorkbench = {
    calls: [],
    fail: options.fail ?? {},
    emit,
    finish,
    async call(name, argument) {
      fake.calls.push({ name, argument })
      const sentence = fake.fail[name]
      if (sentence !== undefined) throw new Error(sentence)
      // what crosses a process boundary is a copy
      return structuredClone((answers[name] as Requests[typeof name])(structuredClone(argument) as never)) as Result<
        typeof name
      >
    },
    on(event, listener) {
      const set = listeners.get(event) ?? new Set()
      set.add(listener)
      listeners.set(event, set)
      return () => void set.delete(listener)
    },
    drop: async (file) => ({ token: `dropped-${file.name}`, name: file.name }),
  }
  return fake
}
