// What stays from one preparation to the next must not show: any sequence of knobs gives what a fresh preparation gives.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { KeptStages } from '../../../src-main/datasets/splitting/kept-stages.ts'
import { prepare, preparing } from '../../../src-main/datasets/splitting/prepare.ts'
import { atOnce } from '../../../src-main/datasets/steps.ts'
import type { DomainSpec, ProtocolSpec } from '../../../src-preload/contract.ts'
import { imported, inTempFolder, release, writeFiles } from './files.ts'

const genres = (a: string[], b: string[]): DomainSpec => ({ kind: 'genres', a, b, ties: 'rarer-genre' })
const maps: DomainSpec[] = [genres(['Action', 'Crime'], ['Comedy', 'Drama']), genres(['Action'], ['Comedy', 'Crime'])]
const protocol: ProtocolSpec = {
  split: 'user-time',
  ratios: [0.6, 0.2, 0.2],
  positive: 0,
  kCore: 0,
  historyAtTest: 'train',
  cutoffs: [10],
  splitSeed: 1,
  overlap: 1,
  foldIn: 0.8,
  candidates: { kind: 'all' },
  density: { A: 1, B: 1 },
}
const knob: fc.Arbitrary<Partial<ProtocolSpec>> = fc.oneof(
  fc.constantFrom('user-time' as const, 'user-ratio' as const, 'leave-last-one' as const).map((split) => ({ split })),
  fc.constantFrom<ProtocolSpec['ratios']>([0.6, 0.2, 0.2], [0.5, 0.25, 0.25]).map((ratios) => ({ ratios })),
  fc.constantFrom(0, 3, 4).map((positive) => ({ positive })),
  fc.constantFrom(0, 2).map((kCore) => ({ kCore })),
  fc.constantFrom(1, 2).map((splitSeed) => ({ splitSeed })),
  fc.constantFrom(1, 0.5).map((overlap) => ({ overlap })),
  fc.constantFrom(1, 0.5).map((A) => ({ density: { A, B: 1 } })),
)
const move = fc.record({ map: fc.constantFrom(...maps), change: knob })

test('any sequence of moved knobs gives what preparing anew gives', async () => {
  await inTempFolder((folder) =>
    imported(writeFiles(folder, release()), (dataset) =>
      fc.assert(
        fc.property(fc.array(move, { minLength: 2, maxLength: 6 }), (moves) => {
          const kept = new KeptStages()
          let moved = protocol
          for (const { map, change } of moves) {
            moved = { ...moved, ...change }
            expect(atOnce(preparing(dataset, map, moved, kept))).toEqual(prepare(dataset, map, moved))
          }
        }),
        { numRuns: 40 },
      ),
    ),
  )
})

test('a stage is made once while what it follows from stays, and again when that changes', () => {
  const { core } = new KeptStages()
  let made = 0
  const make = (): Generator<void, never, void> =>
    (function* () {
      made++
      yield
      return { made } as never // what a stage holds does not matter here
    })()
  for (const sources of [[1], [1], [2], [2], [1]]) atOnce(core.of(sources, make))
  expect(made).toBe(3)
})
