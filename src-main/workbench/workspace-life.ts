/** The workspace as a whole: where its bytes are, backing it up, bringing a backup back, moving it to another folder. */
import { existsSync, realpathSync, statSync } from 'node:fs'
import { basename, isAbsolute, join, relative } from 'node:path'
import type { Job } from '../../src-preload/contract.ts'
import type { JobRequest } from '../jobs/queue.ts'
import { isAlive } from '../jobs/queue.ts'
import { measureDiskUse } from '../workspace/disk-use.ts'
import type { Context, Requests } from './context.ts'
import { expectRestored } from './restored.ts'

type Needs = Pick<Context, 'workspace' | 'picked' | 'queue' | 'now'>

export function workspaceRequests(context: Needs): Requests<'workspace'> {
  const { workspace, picked } = context
  const { root } = workspace.paths
  return {
    'workspace.use': () => measureDiskUse(workspace.paths, workspace.datasets.list(), workspace.datasets.removed()),

    'workspace.backup': ({ token }) => {
      const folder = writableFolder(picked.path(token), root)
      const target = join(folder, freeName(folder, `crossreel-backup-${stamp(new Date(context.now()))}`))
      return queueOnly(context, {
        label: `Back up the workspace into ${basename(target)}`,
        task: { kind: 'backup', target },
      })
    },

    'workspace.restore': ({ token }) => {
      const source = picked.path(token)
      refuseWhile(context, 'restore')
      expectRestored(workspace, source)
      return context.queue.add({ label: `Restore ${basename(source)}`, task: { kind: 'restore', source } })
    },

    'workspace.move': ({ token }) => {
      const target = writableFolder(picked.path(token), root)
      return queueOnly(context, { label: `Move the workspace to ${target}`, task: { kind: 'move', target } })
    },
  }
}

function queueOnly(context: Needs, request: JobRequest): Job {
  refuseWhile(context, request.task.kind)
  return context.queue.add(request)
}

/** @throws Error when such a job waits or works already */
function refuseWhile({ queue }: Needs, kind: Job['kind']): void {
  const job = queue.list().find((each) => each.kind === kind && isAlive(each))
  if (job) throw new Error(`The job '${job.label}' is still at work. Wait for it, or cancel it first.`)
}

/** @throws Error when it is no folder, or lies in the workspace that is to be copied into it */
function writableFolder(path: string, root: string): string {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(`${path} is not a folder. Choose the folder that the copy is to be written into.`)
  }
  const folder = realpathSync(path)
  const inside = relative(realpathSync(root), folder)
  if (inside === '' || (!inside.startsWith('..') && !isAbsolute(inside))) {
    throw new Error(
      `${path} lies in the workspace ${root} itself. Choose a folder outside of it, best on another disk.`,
    )
  }
  return folder
}

/** '2026-01-31-142530', in local time: a person looks for it. */
function stamp(at: Date): string {
  const two = (n: number): string => String(n).padStart(2, '0')
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-')
  return `${day}-${two(at.getHours())}${two(at.getMinutes())}${two(at.getSeconds())}`
}

/** The name, with a number behind it where a second backup is made within a second. */
function freeName(folder: string, name: string): string {
  for (let n = 1; ; n++) {
    const free = n === 1 ? name : `${name}-${n}`
    if (!existsSync(join(folder, free))) return free
  }
}
