/**
 * Copies the workspace: into a dated folder (a backup), or into an empty one that takes its place (a move). The target appears whole: a backup
 * is written as <target>.writing and renamed, a move is written in a folder inside the target and lifted out of it, workspace.db last.
 */
import { mkdir, readdir, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { CopyError } from '../../workspace/copy-error.ts'
import { copyWorkspace, removeCopy, writeManifest } from '../../workspace/workspace-copy.ts'
import type { JobResult, JobTask } from '../messages.ts'
import type { TaskContext } from './context.ts'

type CopyTask = Extract<JobTask, { kind: 'backup' | 'move' }>

/** What a move that was killed leaves; the next one into the same folder begins by removing it. */
const moveStaging = 'crossreel.writing'

/** @throws CopyError with place and remedy; DOMException 'AbortError'. The target is then as it was. */
export async function backupTask({ kind, target }: CopyTask, context: TaskContext): Promise<JobResult> {
  context.progress({ phase: 'Copying', fraction: 0 })
  const staging = kind === 'backup' ? `${target}.writing` : join(target, moveStaging)
  try {
    await removeCopy(staging)
    if (kind === 'move') await refuseUnlessEmpty(target)
    await mkdir(staging)
    const { signal, paths } = context
    const manifest = await copyWorkspace(paths, staging, {
      signal,
      now: Date.now,
      onProgress: (progress) => context.progress(progress),
    })
    signal.throwIfAborted()
    if (kind === 'backup') {
      await writeManifest(staging, manifest)
      await rename(staging, target)
    } else await liftOut(staging, target)
  } catch (error) {
    await removeCopy(staging)
    throw CopyError.of(error, kind === 'move' ? target : dirname(target))
  }
  return { kind, target }
}

async function refuseUnlessEmpty(folder: string): Promise<void> {
  const [first] = await readdir(folder)
  if (first !== undefined)
    throw new CopyError(`${folder} is not empty: it holds '${first}'. Choose or make an empty folder.`)
}

/** workspace.db comes last: before it is there, the folder is no workspace. */
async function liftOut(staging: string, target: string): Promise<void> {
  const names = (await readdir(staging)).filter((name) => name !== 'workspace.db')
  const lifted: string[] = []
  try {
    for (const name of [...names, 'workspace.db']) {
      await rename(join(staging, name), join(target, name))
      lifted.push(name)
    }
  } catch (error) {
    for (const name of lifted) await removeCopy(join(target, name))
    throw error
  }
  await removeCopy(staging)
}
