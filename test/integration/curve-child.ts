/** Writes a curve a hundred points at a time and says after each commit how many there are, until it is killed. Run by workspace.test.ts. */
import { writeSync } from 'node:fs'
import { RunFile } from '../../src-main/workspace/run-file.ts'

const [path] = process.argv.slice(2)
if (!path) throw new Error('usage: curve-child PATH')

const file = new RunFile(path)
writeSync(1, 'ready\n')
for (let n = 0; ; n += 100) {
  const x = Array.from({ length: 100 }, (_, i) => n + i + 1)
  file.append([{ name: 'loss', x, y: x.map((step) => Math.sin(step)) }])
  writeSync(1, `${n + 100}\n`)
  await new Promise((resolve) => setTimeout(resolve, 1))
}
