/** What Crossreel can do, behind one door: every request of the contract, by name. Knows neither Electron nor HTTP; a shell hands it what it needs. */
import type { AppInfo, Argument, BackendInfo, Picked, RequestName, Result } from '../../src-preload/contract.ts'
import { failureSentence, isProgramError } from '../jobs/failure.ts'
import type { LaunchJob } from '../jobs/launcher.ts'
import { JobQueue } from '../jobs/queue.ts'
import { Workspace } from '../workspace/workspace.ts'
import { appRequests, version } from './app.ts'
import { isRequest, parseArgument } from './arguments.ts'
import { comparisons } from './comparison.ts'
import type { Context, Emit, Handlers, Pick } from './context.ts'
import { cleaningRequests } from './cleaning.ts'
import { browsingRequests } from './browsing.ts'
import { datasetLifeRequests } from './dataset-life.ts'
import { datasetRequests } from './datasets.ts'
import { domainRequests } from './domains.ts'
import { experimentRequests } from './experiments.ts'
import { inspectionRequests } from './inspection.ts'
import { recountMedia } from './dataset-row.ts'
import { JobRecords } from './job-records.ts'
import { Library } from './library.ts'
import { mediaRequests } from './media.ts'
import { fileRequests, PickedPaths } from './picked.ts'
import { type Probe, probe } from './probe.ts'
import { ReaderProcess } from './reader.ts'
import { reportRequests } from './reports.ts'
import { runRequests } from './runs.ts'
import { settingsRequests } from './settings.ts'
import { studyRequests } from './studies.ts'
import { heardBy, StudyDriver } from './study-driver.ts'
import { trainingRoom } from './training-room.ts'
import { workspaceRequests } from './workspace-life.ts'

export type { Emit } from './context.ts'

export interface WorkbenchOptions {
  /** The workspace folder, absolute; made when absent. */
  root: string
  shell: AppInfo['shell']
  launch: LaunchJob
  emit: Emit
  /** A native dialog that gives an absolute path, or null when it was cancelled; null where the shell has no dialogs. */
  pick: Pick | null
  /** The workspace has been copied to another folder. @returns a sentence that says where the next start opens */
  openNext?: (folder: string) => string
}

export interface WorkbenchHandle {
  /** Answers one request. @throws Error whose message is a sentence for the person in front of the page. */
  call(name: string, argument: unknown): Promise<unknown>
  /** Keeps a path the shell came by itself (a drop, an upload, a command line) under a token that the page may hold. */
  keepPath(path: string): Picked
  /** Ends the job at work, then closes the files. Nothing may be called after. */
  close(): Promise<void>
}

/** @throws Error when the workspace is in use, is of a newer version, or cannot be read */
export async function createWorkbench(options: WorkbenchOptions): Promise<WorkbenchHandle> {
  const { root, shell, launch, emit, pick, openNext = startThere } = options
  const workspace = Workspace.open(root)
  report(workspace)
  const reader = new ReaderProcess(root, launch)
  const library = new Library(workspace, reader)
  const picked = new PickedPaths()
  const now = Date.now
  const records = new JobRecords(
    workspace,
    library,
    heardBy(() => driver, emit, workspace.runs),
    now,
    openNext,
  )
  const queue = new JobQueue(root, launch, records, trainingRoom(workspace))
  let probing: Probe | null = null
  const backends = (): Promise<BackendInfo[]> =>
    (probing ??= probe({ launch, root, version, kept: workspace.settings })).backends
  const context: Context = { shell, pick, emit, workspace, queue, library, reader, picked, backends, now }
  const driver = new StudyDriver(context)
  const handlers = handlersOf(context, driver)

  const answer = async <N extends RequestName>(name: N, argument: unknown): Promise<Result<N>> => {
    const handler: (p: Argument<N>) => Result<N> | Promise<Result<N>> = handlers[name]
    try {
      return await handler(parseArgument(name, argument))
    } catch (error) {
      if (isProgramError(error)) console.error(error)
      throw new Error(failureSentence(error, 'The request'), { cause: error })
    }
  }
  let closed = false
  return {
    call: async (name, argument) => {
      if (closed) throw new Error('The workbench has been closed. Open it again.')
      if (!isRequest(name)) throw new Error(`There is no request '${name}'.`)
      return answer(name, argument)
    },
    keepPath: (path) => picked.keep(path),
    close: async () => {
      if (closed) return
      closed = true
      driver.close()
      probing?.cancel()
      await Promise.all([queue.close(), reader.close(), probing?.backends])
      library.close()
      workspace.close()
    },
  }
}

function startThere(folder: string): string {
  return `Copied to ${folder}. Start Crossreel with --workspace ${folder} to open it there; this folder stays as it is.`
}

/** What opening found that somebody should know; none of it keeps the workbench from opening. */
function report(workspace: Workspace): void {
  const missing = new Set(workspace.recovery.missing.map(({ id }) => id))
  for (const { id, name } of workspace.datasets.list()) {
    try {
      if (missing.has(id)) throw new Error(`its file ${workspace.paths.dataset(id)} is missing`)
      recountMedia(workspace, id)
    } catch (error) {
      console.warn(`The data set '${name}' cannot be used: ${error instanceof Error ? error.message : String(error)}.`)
    }
  }
}

function handlersOf(context: Context, driver: StudyDriver): Handlers {
  const compare = comparisons(context)
  return {
    ...appRequests(context),
    ...settingsRequests(context),
    ...fileRequests(context),
    ...datasetRequests(context),
    ...datasetLifeRequests(context),
    ...cleaningRequests(context),
    ...mediaRequests(context),
    ...browsingRequests(context),
    ...domainRequests(context),
    ...experimentRequests(context),
    ...studyRequests(context, compare, driver),
    ...runRequests(context),
    ...compare.requests,
    ...reportRequests(context, compare),
    ...inspectionRequests(context),
    ...workspaceRequests(context),
  }
}
