// node task.ts NAME ARGS...: does one measured task and prints what it took as one line of JSON.
import { resourceUsage } from 'node:process'
import { duckImport, duckLoad, unzipAndDuckImport } from './duckdb.ts'
import { cancels, historyLatency, importAll, loadRatings, searchLatency } from './ours.ts'
import { sqliteImport } from './sqlite-cli.ts'

type Task = (...args: string[]) => Promise<Record<string, number>>
const tasks: Record<string, Task> = {
  import: importAll,
  load: loadRatings,
  history: historyLatency,
  search: searchLatency,
  cancel: cancels,
  'sqlite-import': sqliteImport,
  'duckdb-import': duckImport,
  'duckdb-unzip-import': unzipAndDuckImport,
  'duckdb-load': duckLoad,
}

const [name = '', ...args] = process.argv.slice(2)
const task = tasks[name]
if (!task) throw new Error(`There is no task '${name}'. There are: ${Object.keys(tasks).join(', ')}.`)
const begun = performance.now()
const result = await task(...args)
const wallMs = result['wallMs'] ?? performance.now() - begun
const usage = resourceUsage()
// what another program does is not in our own figures
const elsewhere = result['elsewhere'] === 1
const cpuMs = elsewhere ? null : (usage.userCPUTime + usage.systemCPUTime) / 1000
const rssMb = elsewhere ? null : usage.maxRSS / 1024
console.log(JSON.stringify({ wallMs, cpuMs, rssMb, result }))
process.exit(0) // a peer's threads may still be there
