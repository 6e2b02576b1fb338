/** The workspace as a whole without a window: backing it up, bringing a backup back, and where its bytes are. */
import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { formatBytes } from '../workspace/staged-database.ts'
import type { Command } from './command.ts'
import { withSession, workspaceOption } from './data-commands.ts'

export const backupCommand: Command = {
  name: 'backup',
  positional: 'DIR',
  help: 'Copies the whole workspace into a new folder inside DIR, checked byte for byte.',
  options: [workspaceOption],
  run: (args, context) =>
    withSession(args, context, async (session) => {
      const folder = resolve(args.positional ?? '')
      mkdirSync(folder, { recursive: true })
      const { token } = session.keepPath(folder)
      const job = await session.jobEnded(await session.call('workspace.backup', { token }))
      context.progress.print(job.phase)
    }),
}

export const restoreCommand: Command = {
  name: 'restore',
  positional: 'DIR',
  help: 'Brings back the data sets and experiments of a backup that the workspace lacks.',
  options: [workspaceOption],
  run: (args, context) =>
    withSession(args, context, async (session) => {
      const { token } = session.keepPath(resolve(args.positional ?? ''))
      const job = await session.jobEnded(await session.call('workspace.restore', { token }))
      context.progress.print(job.phase)
    }),
}

export const useCommand: Command = {
  name: 'use',
  positional: '',
  help: 'Says where the bytes of the workspace are.',
  options: [workspaceOption],
  run: (args, context) =>
    withSession(args, context, async (session) => {
      const { root, bytes, freeBytes, parts } = await session.call('workspace.use', {})
      const free = freeBytes === null ? '' : `, ${formatBytes(freeBytes)} free on that disk`
      const rows = parts.map((part) => `${formatBytes(part.bytes).padStart(11)}  ${part.label}`)
      context.progress.print([`${root}: ${formatBytes(bytes)}${free}`, ...rows].join('\n'))
    }),
}
