/**
 * Tunes this repository's models on validation over the grids of reference_protocol.py, on three splits, and prints NDCG@10 on test beside what
 * NumPy found there. Ends with 1 where a model is further away than the tolerance, or where the k-core leaves other data.
 * Run: npx node test/golden/check-reference.ts [model ...]     (all seven take some ten minutes on one core)
 * With --write-split FILE it writes the first split instead, for reference_protocol.py --split FILE.
 */
import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import type { ModelConfig } from '../../src-preload/contract.ts'
import {
  type ReferenceRun,
  referenceRows,
  referenceRun,
  referenceSize,
  referenceSplits,
  splitText,
} from './reference-runs.ts'

const tolerance = 0.012
const seeds = [1, 2, 3]
const { values, positionals } = parseArgs({
  options: { 'write-split': { type: 'string' } },
  allowPositionals: true,
})
const splits = await referenceSplits(seeds)
const file = values['write-split']
if (file !== undefined) await writeFile(file, splits.slice(0, 1).map(splitText).join(''))
else await compare(positionals.length > 0 ? positionals : [...referenceRows.keys()])

async function compare(ids: string[]): Promise<void> {
  for (const { users, items, train, validation, test } of splits) {
    const ratings = train.item.length + validation.item.length + test.item.length
    if (users === referenceSize.users && items === referenceSize.items && ratings === referenceSize.ratings) continue
    console.error(`The 5-core leaves ${users} users, ${items} items, ${ratings} ratings here, and there`, referenceSize)
    process.exitCode = 1
  }
  console.log('model        ours (deviation)   NumPy (deviation)   difference   chosen on the three splits')
  for (const id of ids) {
    const row = referenceRows.get(id)
    if (!row)
      throw new Error(`There is no reference for '${id}'. Give some of: ${[...referenceRows.keys()].join(', ')}.`)
    const best: (ReferenceRun & { config: ModelConfig })[] = []
    for (const data of splits) {
      const runs: (ReferenceRun & { config: ModelConfig })[] = []
      for (const config of row.grid) runs.push({ ...(await referenceRun(id, config, data)), config })
      best.push(runs.reduce((a, b) => (b.validation > a.validation ? b : a)))
    }
    const found = best.map(({ test }) => test)
    const mean = found.reduce((a, b) => a + b, 0) / found.length
    const deviation = Math.sqrt(found.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (found.length - 1))
    const difference = mean - row.mean
    if (Math.abs(difference) > tolerance) process.exitCode = 1
    const shown = [
      id.padEnd(10),
      `${mean.toFixed(4)} (${deviation.toFixed(4)})`.padStart(17),
      `${row.mean.toFixed(4)} (${row.deviation.toFixed(4)})`.padStart(19),
      `${difference >= 0 ? '+' : ''}${difference.toFixed(4)}`.padStart(12),
      ` ${Math.abs(difference) > tolerance ? 'TOO FAR ' : ''} ${best.map(({ config }) => JSON.stringify(config)).join(' ')}`,
    ]
    console.log(shown.join(' '))
  }
}
