/** The page's side: holds one model on the graphics card and does with it what the job asks. No files, no data of its own. */
import { activeBackend, startOne } from '../learning/backends/index.ts'
import { unlessLost } from '../learning/backends/device.ts'
import { probeBackend } from '../learning/backends/probe.ts'
import type { Interactions } from '../learning/data.ts'
import type { Recommender } from '../learning/model.ts'
import { modelById } from '../learning/models/index.ts'
import { Gate } from '../learning/pacer.ts'
import { Line } from './compute-line.ts'
import { jobCalls, pageCalls } from './compute-messages.ts'
import type { JobCalls, PageCalls } from './compute-messages.ts'
import type { ComputePort } from './compute-port.ts'

/** Answers a job until the port closes. */
export function serveCompute(port: ComputePort): void {
  let model: Recommender | null = null
  let history: { number: number; events: Interactions } | null = null
  const gate = new Gate()
  const cancel = new AbortController()
  port.onClose(() => cancel.abort())

  const made = (): Recommender => {
    if (!model) throw new Error('The page was asked to compute before it was given a model.')
    return model
  }
  /** What waits for the card must not wait for one that is gone. */
  const onDevice = <T>(work: Promise<T>): Promise<T> => unlessLost(activeBackend()?.lost ?? null, work)

  const job: Line<JobCalls, PageCalls> = new Line(
    port,
    { theirs: jobCalls, ours: pageCalls },
    {
      start: async ({ named }) => {
        const { device, memoryBytes } = await startOne('webgpu', {}, named)
        return { device, memoryBytes }
      },
      probe: () => probeBackend('webgpu'),
      create: ({ model: id, config }) => {
        model?.dispose()
        model = modelById(id).create(config)
        return null
      },
      fit: ({ data, seed, checkpoint, medians }) =>
        onDevice(
          made().fit(data, {
            seed,
            medians,
            signal: cancel.signal,
            gate,
            onEvent: (event) => void job.call('event', event).catch(() => cancel.abort()),
            validate: () => job.call('validate', null),
            checkpoints: {
              read: () => Promise.resolve(checkpoint),
              write: async (kept) => void (await job.call('checkpoint', kept)),
            },
          }),
        ),
      history: (given) => {
        history = given
        return null
      },
      score: ({ users, history: number, domain }) => {
        if (history?.number !== number)
          throw new Error(`The page was asked for scores after an unknown history (${number}).`)
        return onDevice(made().score(users, history.events, domain))
      },
      save: () => made().save(),
      load: async ({ snapshot, data }) => {
        await onDevice(made().load(snapshot, data))
        return null
      },
      hold: ({ held }) => {
        if (held) gate.close()
        else gate.open()
        return null
      },
      cancel: () => {
        cancel.abort()
        return null
      },
    },
    'The job that this page computed for has ended.',
  )
}
