// Trains over the hidden page: the real built main, job, preload and page work together, with Chromium's WebGPU in software as the graphics card.
// Started by test/integration/backends-page.test.ts. Each line it prints is one thing that holds.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { ExperimentSpec, Run, Workbench } from '../../src-preload/contract.ts'
import { record } from './app.ts'
import './run.ts'
import { hiddenPages, pages } from './window.ts'

declare global {
  interface Window {
    workbench?: Workbench
    __fakePaths?: Record<string, string>
  }
}
const folder = process.env['SCENARIO_FOLDER'] ?? ''
const says = (text: string): void => console.log(`holds: ${text}`)

async function until<T>(ask: () => T | undefined | null | false, seconds = 20): Promise<T> {
  const deadline = Date.now() + 1000 * seconds
  for (;;) {
    const answer = ask()
    if (answer) return answer
    if (record.errors.length > 0) throw new Error(record.errors.join('; '))
    if (Date.now() > deadline) throw new Error(`waited ${seconds} s in vain`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const page = await until(() => pages[0])
const backends = (await page.evaluate(() => window.workbench?.call('app.info', {})))?.backends ?? []
const webgpu = backends.find(({ id }) => id === 'webgpu')
assert.equal(webgpu?.available, true, webgpu?.reason ?? '')
assert.match(webgpu.device, /^WebGPU on .*in software$/)
says('the probe finds WebGPU in the hidden page')

const hidden = await until(() => hiddenPages[0])
assert.equal(hidden.isClosed(), true)
says('the page ends with the job that asked for it')

const spec: Omit<ExperimentSpec, 'datasetId'> = {
  name: 'On the page',
  kind: 'comparison',
  domains: { kind: 'genres', a: ['Action', 'Comedy'], b: ['Drama', 'Sci-Fi'], ties: 'drop' },
  protocol: {
    split: 'user-ratio',
    ratios: [0.6, 0.2, 0.2],
    positive: 3,
    kCore: 0,
    historyAtTest: 'train',
    cutoffs: [5, 10],
    splitSeed: 1,
    overlap: 1,
    foldIn: 0.8,
    candidates: { kind: 'all' },
    density: { A: 1, B: 1 },
  },
  runs: [
    {
      model: 'transformer',
      label: 'Transformer',
      config: { width: 8, heads: 2, layers: 1, shared: 8, history: 8, batch: 32, epochs: 1, warmUpSteps: 0 },
    },
  ],
  seeds: [1],
  backend: 'webgpu',
}
const trained = await page.evaluate(
  async ([path, asked]) => {
    const workbench = window.workbench
    if (!workbench) throw new Error('no workbench')
    window.__fakePaths = { 'ml-tiny': path }
    const { token, name } = await workbench.drop(new File([], 'ml-tiny'))
    const imported = new Promise<string>((resolve, reject) =>
      workbench.on('job.changed', (job) => {
        if (job.state === 'done' && job.kind === 'import') resolve(job.datasetId ?? '')
        if (job.state === 'failed') reject(new Error(job.error ?? ''))
      }),
    )
    await workbench.call('datasets.import', { token, name, mapping: null })
    const datasetId = await imported
    const ended = new Promise<Run>((resolve) =>
      workbench.on('run.changed', (run) => {
        if (['done', 'failed', 'cancelled'].includes(run.state)) resolve(run)
      }),
    )
    await workbench.call('experiments.create', { ...asked, datasetId })
    const run = await ended
    const loss = await workbench.call('runs.series', { runId: run.id, name: 'loss', points: 100 })
    return { run, loss }
  },
  [join(folder, 'ml-tiny'), spec] as const,
)
assert.deepEqual([trained.run.state, trained.run.reason], ['done', null])
assert.equal(trained.run.backend, 'webgpu')
assert.match(trained.run.device ?? '', /^WebGPU on /)
assert.ok(trained.loss.y.length > 0 && trained.loss.y.every((loss) => loss > 0 && loss < 20), String(trained.loss.y))
assert.ok(trained.run.test !== null && trained.run.test >= 0)
says('a run trains and is ranked in the page, and its results lie in the workspace')

const second = await until(() => hiddenPages[1])
const within = await second
  .evaluate(() => Object.keys(window).filter((name) => ['workbench', 'require', 'process'].includes(name)))
  .catch(() => 'closed')
assert.ok(within === 'closed' || within.length === 0)
says('the page that computes has no workbench, and nothing of Node')

await page.close()
assert.equal(await until(() => record.exitCode !== null && [record.exitCode]).then(([code]) => code), 0)
says('closing the window ends the app')
process.exit(0)
