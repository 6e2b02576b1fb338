/** Opens a workspace and serves it to the browser until the process is asked to end. What `host` and `crossreel serve` do alike. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { launchNode } from '../jobs/launch-node.ts'
import { openNext } from '../shell/workspace-folder.ts'
import { createWorkbench } from '../workbench/index.ts'
import { workspacePaths } from '../workspace/paths.ts'
import { hasDesktop, openBrowser } from './open-browser.ts'
import { startHost } from './server.ts'

export interface ServeOptions {
  /** out/main: the job's bundle lies there, the page beside it. */
  built: string
  workspace: string
  port: number
  open: boolean
}

/** Settles when the host has closed after SIGINT or SIGTERM. @throws Error when the port or the workspace is not to be had */
export async function serve(options: ServeOptions): Promise<void> {
  mkdirSync(options.workspace, { recursive: true })
  const host = await startHost({
    port: options.port,
    pageFolder: join(options.built, '..', 'renderer'),
    staging: workspacePaths(options.workspace).staging,
    devUrl: process.env['ELECTRON_RENDERER_URL'] ?? null,
    open: (emit) =>
      createWorkbench({
        root: options.workspace,
        shell: 'browser',
        launch: launchNode(join(options.built, 'job.js')),
        emit,
        pick: null,
        openNext: (folder) => openNext(options.workspace, folder),
      }),
  })
  console.log(`Crossreel at ${host.url}`)
  if (options.open && hasDesktop()) openBrowser(host.url)
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
  await host.close()
}

/** @throws Error when the text is no port */
export function readPort(text: string): number {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new Error(`'${text}' is no port. Give a number from 0 to 65535; 0 lets the system choose.`)
  return port
}
