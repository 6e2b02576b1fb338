/** Fetches the posters a data set lacks from TMDB into datasets/<id>.posters.db; what is on its way lies in cache/tmdb-<id>. */
import { fetchPosters } from '../../datasets/tmdb/fetch.ts'
import { hostsFrom } from '../../datasets/tmdb/hosts.ts'
import type { JobResult, JobTask } from '../messages.ts'
import type { TaskContext } from './context.ts'

type FetchTask = Extract<JobTask, { kind: 'fetch-posters' }>

/** @throws Error with place and remedy when TMDB refuses the key or cannot be reached; DOMException 'AbortError' */
export async function fetchPostersTask(task: FetchTask, context: TaskContext): Promise<JobResult> {
  await fetchPosters({
    datasetPath: context.paths.dataset(task.datasetId),
    target: context.paths.posters(task.datasetId),
    cacheFolder: context.paths.cache(task.datasetId),
    key: task.key,
    hosts: hostsFrom(process.env['CROSSREEL_TMDB']),
    signal: context.signal,
    onProgress: (progress) => context.progress(progress),
    log: (level, text) => context.log(level, text),
  })
  return { kind: 'fetch-posters', datasetId: task.datasetId }
}
