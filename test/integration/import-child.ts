/** Imports `argv[2]` to `argv[3]` in a process of its own, so that a test can kill it at any moment. */
import { importDataset } from '../../src-main/datasets/importing/import.ts'

const [, , source = '', target = ''] = process.argv
process.send?.('started')
await importDataset({
  source,
  target,
  datasetId: 'x',
  name: 'x',
  synthetic: false,
  signal: new AbortController().signal,
  onProgress: () => undefined,
})
process.send?.('done')
