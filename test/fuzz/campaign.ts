/**
 * A fuzzing campaign over the readers: input number i of seed s is always the same bytes, so a failure is named by these two numbers.
 * Every input must be read or refused with an ImportError within a second; anything else ends the campaign.
 */
import { Random } from '../../src-main/learning/random.ts'
import { ImportError } from '../../src-main/datasets/importing/import-error.ts'
import { mutate } from './mutations.ts'
import { mutatedZip } from './mutated-zip.ts'
import { memorySource, readEverything, zipSource } from './reading.ts'
import { type Seed, seeds } from './seeds.ts'

export interface Counts {
  inputs: number
  /** Read to the end, with at least one row. */
  read: number
  /** Refused with a sentence. */
  refused: number
  /** Inputs of each kind. */
  kinds: Record<Seed['kind'], number>
  slowestMs: number
}

export interface Failure {
  index: number
  what: string
  files: Record<string, Buffer>
}

export interface Input {
  seed: Seed
  files: Record<string, Buffer>
  pieceBytes: number
}

/** One input in this many is a zip: it takes ten times as long as a table. */
const zipEvery = 8
const slowMs = 1000

const plain = seeds.filter((seed) => seed.kind !== 'zip')
const zips = seeds.filter((seed) => seed.kind === 'zip')

/** One file of a seed, mutated. */
export function inputOf(seed: number, index: number): Input {
  const random = Random.stream(seed, `input ${index}`)
  const from = index % zipEvery === 0 ? zips : plain
  const chosen = from[random.integer(from.length)] ?? seeds[0]
  const other = seeds[random.integer(seeds.length)]
  if (!chosen || !other) throw new Error('there are no seeds')
  const pieceBytes = random.integer(4) === 0 ? 1 + random.integer(64) : 1 << 20
  if (chosen.entries && random.integer(2) === 0)
    return { seed: chosen, files: { [chosen.name]: mutatedZip(chosen.entries, random) }, pieceBytes }
  const names = Object.keys(chosen.files)
  const name = names[random.integer(names.length)] ?? ''
  const bytes = chosen.files[name] ?? Buffer.alloc(0)
  const [piece = Buffer.alloc(0)] = Object.values(other.files)
  const files = { ...chosen.files, [name]: mutate(bytes, random, piece) }
  return { seed: chosen, files, pieceBytes }
}

/** @returns null, or what is wrong with how it was taken */
export async function tryInput({ seed, files, pieceBytes }: Input, counts: Counts): Promise<string | null> {
  const start = performance.now()
  counts.inputs++
  counts.kinds[seed.kind]++
  try {
    const [first = ['', Buffer.alloc(0)] as const] = Object.entries(files)
    const source =
      seed.kind === 'zip'
        ? await zipSource(first[0], first[1])
        : memorySource(files, seed.kind === 'table' ? 'file' : 'folder', pieceBytes)
    if ((await readEverything(source, seed.mapping)) > 0) counts.read++
    source.close()
  } catch (error) {
    if (!(error instanceof ImportError)) return error instanceof Error ? String(error.stack) : String(error)
    if (!/[.?]$/.test(error.message) || /undefined|\[object/.test(error.message.replace(/".*"/su, '')))
      return `no sentence: ${error.message}`
    counts.refused++
  }
  const took = performance.now() - start
  counts.slowestMs = Math.max(counts.slowestMs, took)
  return took > slowMs ? `it took ${Math.round(took)} ms` : null
}

export function noCounts(): Counts {
  return { inputs: 0, read: 0, refused: 0, kinds: { folder: 0, zip: 0, table: 0 }, slowestMs: 0 }
}

/** @param onIndex called with each index before its input is tried */
export async function campaign(
  options: { seed: number; from: number; inputs: number },
  counts: Counts,
  onIndex: (index: number) => void = () => undefined,
): Promise<Failure | null> {
  for (let index = options.from; index < options.from + options.inputs; index++) {
    onIndex(index)
    const input = inputOf(options.seed, index)
    const what = await tryInput(input, counts)
    if (what !== null) return { index, what, files: input.files }
  }
  return null
}
