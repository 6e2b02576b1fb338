/** What a study would be on a data set when nobody says more: all models under their presets, the default protocol, a modest budget. */
import type { Dataset, DomainSpec, RunSpec, StudySpec } from '../../src-preload/contract.ts'
import type { ModelDefinition } from '../learning/model.ts'
import { modelById, models } from '../learning/models/index.ts'
import { defaultProtocol } from './default-protocol.ts'
import { modelConfigOf } from './model-config.ts'

const names: Record<StudySpec['kind'], string> = { table1: 'Table 1', table2: 'Table 2', tuning: 'Tuning' }
/** Enough for two rounds of each model. */
const TRIALS = 8

export function suggestStudy(
  { id, name, synthetic }: Pick<Dataset, 'id' | 'name' | 'synthetic'>,
  kind: StudySpec['kind'],
  domains: DomainSpec,
): StudySpec {
  const listed = kind === 'table2' ? [modelById('transformer')] : suitable(models, defaultProtocol.split)
  return {
    name: `${names[kind]} on ${name}`.slice(0, 200),
    kind,
    datasetId: id,
    domains,
    protocol: defaultProtocol,
    runs: listed.map((model) => rowOf(model, synthetic)),
    seeds: kind === 'tuning' ? [1] : [1, 2, 3, 4, 5],
    backend: 'auto',
    tuning: kind === 'table2' ? null : { method: 'tpe', trials: TRIALS, minutes: 0, medianStopping: true, seed: 1 },
    densities: kind === 'table2' ? [1, 0.3, 0.1] : [1],
  }
}

/** Those that can score the users whom a split asks for. */
export function suitable<T extends Pick<ModelDefinition, 'newUsers'>>(
  all: readonly T[],
  split: StudySpec['protocol']['split'],
): T[] {
  return all.filter(({ newUsers }) => newUsers || split !== 'strong-generalisation')
}

/** The generated data set is for a first look: it takes the quick presets where there are. */
function rowOf({ id, label, presets }: ModelDefinition, quick: boolean): RunSpec {
  const find = (wanted: string): (typeof presets)[number] | undefined => presets.find((preset) => preset.id === wanted)
  const preset = (quick ? find('quick') : undefined) ?? find('desktop')
  return { model: id, label, config: modelConfigOf(id, preset?.config ?? {}) }
}
