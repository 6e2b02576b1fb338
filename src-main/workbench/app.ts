/** What the page may know of the program itself: version, place, backends, models and metrics. */
import { metricInfos } from '../evaluation/metric-infos.ts'
import type { ModelDefinition } from '../learning/model.ts'
import { models } from '../learning/models/index.ts'
import type { ModelInfo } from '../../src-preload/contract.ts'
import packageJson from '../../package.json' with { type: 'json' }
import type { Context, Requests } from './context.ts'

export const version: string = packageJson.version

export function appRequests(context: Context): Requests<'app' | 'models' | 'metrics'> {
  return {
    'app.info': async () => ({
      version,
      shell: context.shell,
      workspace: context.workspace.paths.root,
      platform: `${process.platform} ${process.arch}`,
      backends: await context.backends(),
    }),
    'models.list': () => models.map(infoOf),
    'metrics.list': () => metricInfos,
  }
}

/** The data of a definition, without its functions: what can cross a process boundary. */
export function infoOf(model: ModelDefinition): ModelInfo {
  const { create: _create, estimate: _estimate, ...info } = model
  return info
}
