// A fresh built host on a free port with a workspace of its own, as a person would start it.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test as base } from '@playwright/test'
import { root } from '../../tools/build-once.ts'

export interface RunningHost {
  url: string
  workspace: string
  /** What it wrote to standard error. */
  errors(): string
  stop(): Promise<void>
}

/** @param options further command-line options, and the token where it has to be known */
export async function startHost(workspace: string, options: string[] = [], token?: string): Promise<RunningHost> {
  const child: ChildProcess = spawn(
    process.execPath,
    [join(root, 'out/main/host.js'), '--no-open', '--workspace', workspace, ...options],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...(token ? { CROSSREEL_TOKEN: token } : {}) } },
  )
  let said = ''
  child.stderr?.on('data', (text) => (said += String(text)))
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const url = await new Promise<string>((resolve, reject) => {
    void ended.then(() => reject(new Error(`the host ended at once: ${said || 'run npm run build first'}`)))
    if (child.stdout) {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const found = /^Crossreel at (\S+)$/.exec(line)
        if (found?.[1]) resolve(found[1])
      })
    }
  })
  return {
    url,
    workspace,
    errors: () => said,
    stop: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}

export const test = base.extend<{ host: RunningHost }>({
  // Playwright wants the pattern although nothing is taken from it
  host: async ({}, use) => {
    const workspace = await mkdtemp(join(tmpdir(), 'crossreel-e2e-'))
    const host = await startHost(workspace)
    await use(host)
    await host.stop()
    await rm(workspace, { recursive: true, force: true })
  },
})
export { expect } from '@playwright/test'
