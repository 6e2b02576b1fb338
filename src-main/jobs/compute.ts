/**
 * What a job computes on: a backend of its own process, or WebGPU in the hidden page where its shell has one (Electron, whose processes have no
 * WebGPU themselves).
 */
import type { ModelConfig } from '../../src-preload/contract.ts'
import { firstThatComputes } from '../learning/backends/choose.ts'
import type { BackendChoice, BackendId } from '../learning/backends/choose.ts'
import { unlessLost } from '../learning/backends/device.ts'
import { startOne } from '../learning/backends/index.ts'
import type { ModelDefinition, Recommender } from '../learning/model.ts'
import { ComputePage, PageRecommender } from './compute-model.ts'
import type { OpenComputePage } from './compute-port.ts'
import type { TaskContext } from './tasks/context.ts'

export interface Computing {
  id: BackendId
  /** What computes, in words, with what the person should know of how it came to be this one. */
  device: string
  create(definition: ModelDefinition, config: ModelConfig): Recommender
  close(): void
}

/** @throws Error with the reason and the remedy when the choice does not start */
export async function openComputing(
  choice: BackendChoice,
  context: Pick<TaskContext, 'compute' | 'onPause' | 'log' | 'threads'>,
): Promise<Computing> {
  const { compute, threads } = context
  const { started, notes } = await firstThatComputes(choice, (id, named) =>
    id === 'webgpu' && compute ? startInPage(compute, named, context) : startHere(id, named, threads),
  )
  for (const note of notes) context.log('warning', note)
  return { ...started, device: [started.device, ...notes].join('. ') }
}

async function startHere(id: BackendId, named: boolean, threads: number | undefined): Promise<Computing> {
  const { device, lost } = await startOne(id, threads === undefined ? {} : { threads }, named)
  return {
    id,
    device,
    create: (definition, config) => {
      const model = definition.create(config)
      return lost ? watched(model, lost) : model
    },
    close: () => undefined,
  }
}

/** A model whose device may vanish. */
function watched(model: Recommender, lost: Promise<string>): Recommender {
  return {
    fit: (data, context) => unlessLost(lost, model.fit(data, context)),
    score: (users, history, domain) => unlessLost(lost, model.score(users, history, domain)),
    save: () => model.save(),
    load: (snapshot, data) => model.load(snapshot, data),
    dispose: () => model.dispose(),
  }
}

async function startInPage(
  open: OpenComputePage,
  named: boolean,
  { onPause }: Pick<TaskContext, 'onPause'>,
): Promise<Computing> {
  const page = new ComputePage(await open())
  try {
    const { device } = await page.call('start', { named })
    onPause((held) => void page.call('hold', { held }).catch(() => undefined)) // a page that is gone is told of elsewhere
    return {
      id: 'webgpu',
      device,
      create: (definition, config) => new PageRecommender(page, definition.id, config),
      close: () => page.close(),
    }
  } catch (error) {
    page.close()
    throw error
  }
}
