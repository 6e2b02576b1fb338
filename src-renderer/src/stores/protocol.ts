/**
 * The domains and the protocol as they are being set up for the current data set. Domains keeps them, Experiment uses them, and they outlive a
 * change of screen. The genre sets and lists stay when another kind is tried, so that going back loses nothing.
 */
import type { DomainName, DomainSpec, ProtocolSpec } from '@contract'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { sentenceOf, useWorkbench } from '../workbench.ts'
import { useDatasets } from './datasets.ts'

export type Side = DomainName | 'unused'
type GenreSets = Extract<DomainSpec, { kind: 'genres' }>
type MovieLists = Extract<DomainSpec, { kind: 'lists' }>

export const defaultProtocol: ProtocolSpec = {
  split: 'user-time',
  ratios: [0.8, 0.1, 0.1],
  positive: 4,
  kCore: 5,
  historyAtTest: 'train+validation',
  cutoffs: [10, 20, 50],
  splitSeed: 1,
  overlap: 1,
  foldIn: 0.8,
  candidates: { kind: 'all' },
  density: { A: 1, B: 1 },
}

/** Why three shares cannot be the parts of a split; null when they can. */
function ratiosError(ratios: ProtocolSpec['ratios']): string | null {
  if (ratios.some((part) => Number.isNaN(part) || part <= 0)) return 'Each part is a share above 0.'
  return Math.abs(ratios[0] + ratios[1] + ratios[2] - 1) > 1e-6 ? 'The three parts sum to 100 %.' : null
}

/** What is wrong with a protocol, in a sentence at its field; empty when it can be used. */
export function protocolErrors(
  protocol: ProtocolSpec,
  domains: DomainSpec['kind'] = 'genres',
): Partial<Record<keyof ProtocolSpec, string>> {
  const errors: Partial<Record<keyof ProtocolSpec, string>> = {}
  const { split, positive, kCore, cutoffs, splitSeed, overlap, density, foldIn, candidates } = protocol
  if (split === 'cold-target' && domains === 'single')
    errors.split = 'Without domains there is none to lose. Choose another split, or make two domains.'
  const ratios = ratiosError(protocol.ratios)
  if (ratios !== null) errors.ratios = ratios
  if (!(foldIn >= 0.1 && foldIn <= 0.9)) errors.foldIn = 'Between 10 and 90 %.'
  if (candidates.kind === 'sampled') {
    const { negatives } = candidates
    if (!Number.isInteger(negatives) || negatives < 1 || negatives > 100_000)
      errors.candidates = 'A whole number from 1 to 100,000.'
  }
  if (!(positive >= 0 && positive <= 5)) errors.positive = 'Between 0 (every rating) and 5.'
  if (!Number.isInteger(kCore) || kCore < 0 || kCore > 200) errors.kCore = 'A whole number from 0 (off) to 200.'
  if (cutoffs.length === 0) errors.cutoffs = 'At least one cut-off is needed, such as 10.'
  else if (cutoffs.some((k) => !Number.isInteger(k) || k < 1 || k > 1000))
    errors.cutoffs = 'Whole numbers from 1 to 1000.'
  if (!Number.isInteger(splitSeed) || splitSeed < 0) errors.splitSeed = 'A whole number from 0.'
  if (!(overlap >= 0 && overlap <= 1)) errors.overlap = 'Between 0 and 100 %.'
  if ([density.A, density.B].some((share) => !(share >= 0.01 && share <= 1))) errors.density = 'Between 1 and 100 %.'
  return errors
}

export const useProtocol = defineStore('protocol', () => {
  const wb = useWorkbench()
  const datasets = useDatasets()

  const genres = ref<string[]>([])
  const sets = shallowRef<GenreSets>({ kind: 'genres', a: [], b: [], ties: 'rarer-genre' })
  const lists = shallowRef<MovieLists | null>(null)
  const kind = ref<DomainSpec['kind']>('genres')
  const protocol = shallowRef<ProtocolSpec>(defaultProtocol)
  /** The data set these domains were suggested for; null until the suggestion is there. */
  const datasetId = ref<string | null>(null)
  const error = ref<string | null>(null)

  const domains = computed<DomainSpec>(() => {
    switch (kind.value) {
      case 'lists':
        return lists.value ?? { kind: 'lists', name: '', a: [], b: [] }
      case 'genres':
        return sets.value
      default:
        return { kind: kind.value }
    }
  })
  const domainError = computed(() => {
    if (kind.value === 'lists' && lists.value === null) return 'No list of movies has been read yet.'
    if (kind.value !== 'genres') return null
    if (sets.value.a.length === 0) return 'Domain A has no genre yet.'
    return sets.value.b.length === 0 ? 'Domain B has no genre yet.' : null
  })
  const errors = computed(() => protocolErrors(protocol.value, kind.value))
  const valid = computed(() => domainError.value === null && Object.keys(errors.value).length === 0)

  const sideOf = (genre: string): Side =>
    sets.value.a.includes(genre) ? 'A' : sets.value.b.includes(genre) ? 'B' : 'unused'
  function move(genre: string, to: Side): void {
    const a = sets.value.a.filter((each) => each !== genre)
    const b = sets.value.b.filter((each) => each !== genre)
    if (to === 'A') a.push(genre)
    if (to === 'B') b.push(genre)
    sets.value = { ...sets.value, a, b }
  }
  /** Takes a whole specification over: a preset, a saved map, lists from a file. */
  function use(spec: DomainSpec): void {
    kind.value = spec.kind
    if (spec.kind === 'genres') sets.value = spec
    if (spec.kind === 'lists') lists.value = spec
  }
  /** Fields that the new split does not show fall back to what they were by default, should they be wrong: nobody could put them right. */
  function change(part: Partial<ProtocolSpec>): void {
    const changed = { ...protocol.value, ...part }
    const { split } = changed
    const { ratios, foldIn } = protocolErrors(changed)
    if (ratios !== undefined && split === 'leave-last-one') changed.ratios = defaultProtocol.ratios
    if (foldIn !== undefined && split !== 'strong-generalisation') changed.foldIn = defaultProtocol.foldIn
    protocol.value = changed
  }
  /** Asks for the data set's genres and the suggested domains; drops what was chosen for another data set. */
  async function suggest(): Promise<void> {
    const id = datasets.current?.id
    if (id === undefined) return
    try {
      const [suggestion, report] = await Promise.all([
        wb.call('domains.suggest', { datasetId: id }),
        wb.call('datasets.report', { datasetId: id }),
      ])
      if (datasets.current?.id !== id) return
      genres.value = report.genres.map((genre) => genre.name)
      movies.value = new Map(report.genres.map((genre) => [genre.name, genre.movies]))
      if (datasetId.value !== id) lists.value = null
      use(suggestion)
      datasetId.value = id
      error.value = null
    } catch (failure) {
      error.value = sentenceOf(failure)
    }
  }
  /** Movies by genre name. */
  const movies = shallowRef(new Map<string, number>())

  watch(
    () => datasets.current?.id,
    (id) => {
      if (id !== datasetId.value) datasetId.value = null
      if (id !== undefined && id !== datasetId.value) void suggest()
    },
    { immediate: true },
  )
  return {
    genres,
    movies,
    sets,
    lists,
    kind,
    protocol,
    datasetId,
    error,
    domains,
    domainError,
    errors,
    valid,
    sideOf,
    move,
    use,
    change,
    suggest,
  }
})
