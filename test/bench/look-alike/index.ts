// node test/bench/look-alike/index.ts FOLDER [--scale 25m] [--seed 42]: writes a look-alike of MovieLens 25M for scale work.
import { parseArgs } from 'node:util'
import { sizeOf } from './sizes.ts'
import { writeLookAlike } from './write.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { scale: { type: 'string', default: '25m' }, seed: { type: 'string', default: '42' } },
})
const [folder] = positionals
if (folder === undefined) throw new Error('Name the folder to write into.')
const size = sizeOf(values.scale)
const begun = performance.now()
writeLookAlike(folder, size, Number(values.seed))
const seconds = ((performance.now() - begun) / 1000).toFixed(1)
console.log(
  `${folder}: ${size.ratings} ratings, ${size.users} users, ${size.movies} movies, ${size.tags} tags in ${seconds} s`,
)
