// An epoch's batches alone, made one after the other and thrown away: what memory they take beyond the data set itself, and how fast they are. In a process
// that does nothing else: node --expose-gc sampling.ts '{"config": {...}, "scale": "25m"}'
import type { TrainingData } from '../../../src-main/learning/data.ts'
import { freezeFeatures } from '../../../src-main/learning/models/transformer-features.ts'
import { TransformerLearner } from '../../../src-main/learning/models/transformer-learner.ts'
import { readSettings } from '../../../src-main/learning/models/transformer-settings.ts'
import { transformerShape } from '../../../src-main/learning/models/transformer-shape.ts'
import { transformerWeights } from '../../../src-main/learning/models/transformer-start.ts'
import { SEED } from './batches.ts'
import { megabytes } from './report.ts'
import { madeUpData } from './workload.ts'
import type { Workload } from './workload.ts'

const { config, scale }: Workload = JSON.parse(process.argv[2] ?? '')
const data = madeUpData(scale, [])
// as narrow as can be: the encoder's weights are not what is measured
const shape = transformerShape(readSettings({ ...config, width: 8, heads: 2, layers: 1, shared: 8 }), data)
const weights = transformerWeights(shape)
const features = freezeFeatures(shape, data, SEED)
globalThis.gc?.()
const before = process.memoryUsage().rss
console.log(
  `${data.train.item.length} ratings of ${data.users} users: columns ${megabytes(bytesOf(data))}, resident ${megabytes(before)}`,
)

const begun = performance.now()
const parts = { shape, domains: data.domains, seed: SEED, weights, features, items: null }
const steps = new TransformerLearner(parts, data).epoch(1)
const seconds = (): number => (performance.now() - begun) / 1000
console.log(`${steps.length} steps of ${shape.settings.batch} windows, planned in ${seconds().toFixed(1)} s`)
const tenth = Math.ceil(steps.length / 10)
let targets = 0
let most = before
for (const [number, step] of steps.entries()) {
  for (let part = 0; part < step.parts; part++) step.prepare(part, number)
  targets += step.samples
  most = Math.max(most, process.memoryUsage.rss())
  if ((number + 1) % tenth === 0 || number === steps.length - 1)
    console.log(
      `${String(number + 1).padStart(6)} steps, ${targets} targets, ${(targets / seconds()).toFixed(0)} targets/s, at most ${megabytes(most - before)} beyond`,
    )
}

function bytesOf({ train: { indptr, item, rating, time } }: TrainingData): number {
  return indptr.byteLength + item.byteLength + rating.byteLength + time.byteLength
}
