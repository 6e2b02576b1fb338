// The desktop's way to WebGPU: a job, a port, a hidden page; all of them as built, over the stand-in for Electron.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import { expect, test } from 'vitest'
import { root } from '../../tools/build-once.ts'
import { executablePath } from '../chromium.ts'
import { writeTinyMovieLens } from '../fake-electron/tiny-movielens.ts'

const hasChromium = executablePath !== undefined || existsSync(chromium.executablePath())
const isBuilt = existsSync(join(root, 'out/renderer/compute.html'))
const missing = !hasChromium ? 'there is no Chromium' : !isBuilt ? 'out/ is missing: npm run build' : null

test.skipIf(missing !== null)(
  `a run trains with WebGPU in the hidden page${missing ? ` [skipped: ${missing}]` : ''}`,
  { timeout: 240_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'crossreel-compute-'))
    try {
      await writeTinyMovieLens(join(folder, 'ml-tiny'))
      const child = spawn(process.execPath, [join(root, 'test/fake-electron/compute.ts')], {
        env: { ...process.env, SCENARIO_FOLDER: folder, CROSSREEL_WORKSPACE: join(folder, 'workspace') },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      let said = ''
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += String(text)))
      const code = await new Promise((resolve) => child.once('exit', resolve))
      expect(code, said).toBe(0)
      expect(said.match(/^holds: /gm)).toHaveLength(5)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
)
