/**
 * From a data set, domains and a protocol to what a model sees: domain map -> k-core -> joint index space -> split -> training density ->
 * protocol card. It goes forward only, and the same input gives the same arrays.
 */
import type { Dataset, DomainSpec, ProtocolCard, ProtocolSpec, SplitSummary } from '../../../src-preload/contract.ts'
import type { DomainRange, TrainingData } from '../../learning/data.ts'
import type { MovieTable, RatingColumns, TagColumns } from '../../workspace/dataset-file.ts'
import { type DroppedEvents, noneDropped, thinTraining } from './density.ts'
import { inA, inB, mapDomains, outside } from '../domains/domains.ts'
import { itemFacts } from './item-facts.ts'
import { KeptStages } from './kept-stages.ts'
import { type KeptTags, keepTags } from './kept-tags.ts'
import { type Core, peeling } from './k-core.ts'
import { type JointItems, jointUsers, noItem } from './overlap.ts'
import { protocolCard } from './protocol-card.ts'
import { ProtocolError } from './protocol-error.ts'
import { effectiveHistory, effectiveShares, protocolHash } from './protocol-hash.ts'
import { coreStep, heldSteps, relevantStep, relevantUsers, partStep, testSteps } from './split-summary.ts'
import { splitEvents, type SplitRule } from './splits.ts'
import { atOnce, type Steps } from '../steps.ts'

/** What `prepare` reads of a data set; `DatasetFile` is one. */
export interface PreparableDataset {
  meta: Dataset
  users: Uint32Array
  movies(): MovieTable
  ratings(): RatingColumns
  tags(): TagColumns
}

export interface Prepared {
  /** Without features: those are encoded afterwards and set by whoever holds them. */
  data: TrainingData
  /** [data.users] the data set's user ids, ascending; twice where a user was torn */
  userIds: Uint32Array
  /** [data.users] `wholeUser`, `halfInA` or `halfInB` (overlap.ts) */
  userPart: Uint8Array
  /** [data.items] joint item index -> movie index */
  itemToMovie: Uint32Array
  /** Training events that the density took away. */
  dropped: DroppedEvents
  summary: SplitSummary
  card: ProtocolCard
  /** Tags that a text feature may use without knowing what was held out. */
  keptTags: KeptTags
  domains: DomainSpec
  protocol: ProtocolSpec
}

export { ProtocolError } from './protocol-error.ts'

/** @throws DomainError, or ProtocolError when a domain is left without items, the split cannot be made, or nothing is held out */
export function prepare(dataset: PreparableDataset, domains: DomainSpec, protocol: ProtocolSpec): Prepared {
  return atOnce(preparing(dataset, domains, protocol))
}

/** As `prepare`, in pieces of some ten milliseconds. @param kept of the preparations before it of this data set, and for those after it */
export function* preparing(
  dataset: PreparableDataset,
  domains: DomainSpec,
  protocol: ProtocolSpec,
  kept: KeptStages = new KeptStages(),
): Steps<Prepared> {
  if (protocol.split === 'cold-target' && domains.kind === 'single')
    throw new ProtocolError(
      'Without domains there is none that a user could lose. Give the data set two domains, or choose another split than the cold target.',
    )
  const movies = dataset.movies()
  const ratings = dataset.ratings()
  yield
  const { kCore } = protocol
  const { rated, core, itemToMovie, items, ranges } = yield* kept.core.of([domains, kCore], function* () {
    const { assignment } = mapDomains(movies, domains)
    const inside = assignment.map((domain) => (domain === outside ? 0 : 1))
    const rated = yield* peeling(ratings, null, inside, 0)
    const core = kCore > 0 ? yield* peeling(ratings, null, inside, kCore) : rated
    return { rated, core, ...jointItems(core, assignment, domains) }
  })
  const empty = ranges.find((range) => range.start === range.end)
  if (empty)
    throw new ProtocolError(
      `Domain ${empty.name} has no movie left after the ${protocol.kCore}-core. Lower the k-core, or give the domain more movies.`,
    )
  const shares = effectiveShares(domains, protocol)
  const drawn = { overlap: shares.overlap, seed: protocol.splitSeed }
  const { split: kind, ratios, splitSeed, foldIn } = protocol
  const rule: SplitRule = { split: kind, ratios, splitSeed, foldIn }
  const { everybody, split } = yield* kept.split.of([domains, kCore, drawn, rule], function* () {
    const everybody = yield* jointUsers(ratings, core, items, dataset.users, drawn)
    return { everybody, split: yield* splitEvents({ ratings, ids: dataset.users, users: everybody, items }, rule) }
  })
  const { users } = split
  if (split.test.item.length === 0 && split.leftOut.users > 0)
    throw new ProtocolError(
      'Nobody who rated after the second moment rated before the first, so nobody can be tested. Split by the time of each user instead.',
    )
  if (split.test.item.length === 0)
    throw new ProtocolError('Nothing is held out for testing. Give the test part a share above 0, or lower the k-core.')
  if (split.train.item.length === 0)
    throw new ProtocolError('Nothing is left to train on. Give the training part a larger share, or lower the k-core.')

  const userIds = Uint32Array.from(users.row, (u) => dataset.users[u]!)
  const thinned = shares.density.A < 1 || shares.density.B < 1
  const { train, dropped } = thinned
    ? yield* thinTraining(
        split.train,
        { ids: userIds, boundary: items.boundary },
        { density: shares.density, splitSeed: protocol.splitSeed },
      )
    : { train: split.train, dropped: noneDropped(userIds.length) }
  const data: TrainingData = {
    users: userIds.length,
    items: itemToMovie.length,
    domains: ranges,
    train,
    validation: split.validation,
    test: split.test,
    positive: protocol.positive,
    historyAtTest: effectiveHistory(protocol),
    cutoffs: protocol.cutoffs,
    features: [],
    ...(protocol.split === 'strong-generalisation' ? { foldIn: split.foldIn } : {}),
    ...(protocol.candidates.kind === 'sampled'
      ? { sampled: { negatives: protocol.candidates.negatives, seed: protocol.splitSeed } }
      : {}),
    facts: itemFacts(movies, itemToMovie),
    hash: protocolHash(dataset.meta, domains, protocol),
  }
  const left = coreStep(coreLabel(protocol.kCore, core.rounds), core)
  const card = protocolCard(dataset.meta, domains, protocol, {
    users: left.users,
    items: left.movies,
    ratings: left.ratings,
    shared: everybody.shared,
    linked: everybody.linked,
    split,
  })
  const relevant = protocol.positive > 0 ? [yield* relevantStep(split, protocol.positive, data.items)] : []
  const summary: SplitSummary = {
    steps: [
      { label: 'Data set', users: dataset.users.length, movies: movies.movieId.length, ratings: ratings.item.length },
      coreStep('Rated, inside the domains', rated),
      ...(protocol.kCore > 0 ? [left] : []),
      ...(shares.overlap < 1
        ? [{ ...left, label: `${percent(shares.overlap)} of the shared users linked`, users: everybody.row.length }]
        : []),
      ...(yield* heldSteps(split, data.items)),
      ...relevant,
      ...(thinned ? [yield* partStep(densityLabel(domains, shares.density), [train], data.items)] : []),
      ...(yield* testSteps(data)),
    ],
    train: train.item.length,
    validation: split.validation.item.length,
    test: split.test.item.length,
    testUsers: { A: relevantUsers(data, ranges[0]), B: relevantUsers(data, ranges[1]) },
    card,
  }
  yield
  const keptTags = yield* keepTags(dataset.tags(), dataset.users.length, {
    data,
    dropped,
    users,
    items,
    split: protocol.split,
    moments: split.moments,
  })
  return { data, userIds, userPart: users.part, itemToMovie, dropped, summary, card, keptTags, domains, protocol }
}

/** Items by domain, inside a domain by movie index, so a domain is a range. */
function jointItems(
  core: Core,
  assignment: Uint8Array,
  spec: DomainSpec,
): { itemToMovie: Uint32Array; items: JointItems; ranges: DomainRange[] } {
  const of = (domain: number): number[] => {
    const found: number[] = []
    core.movies.forEach((stays, m) => {
      if (stays && assignment[m] === domain) found.push(m)
    })
    return found
  }
  const a = of(inA)
  const b = spec.kind === 'single' ? [] : of(inB)
  const itemToMovie = Uint32Array.from([...a, ...b])
  const itemOf = new Uint32Array(core.movies.length).fill(noItem)
  itemToMovie.forEach((movie, item) => (itemOf[movie] = item))
  const ranges: DomainRange[] = [{ name: 'A', start: 0, end: a.length }]
  if (spec.kind !== 'single') ranges.push({ name: 'B', start: a.length, end: itemToMovie.length })
  return { itemToMovie, items: { itemOf, boundary: a.length }, ranges }
}

function coreLabel(k: number, rounds: number): string {
  return `${k}-core, ${rounds} ${rounds === 1 ? 'round' : 'rounds'}`
}

function densityLabel(domains: DomainSpec, { A, B }: ProtocolSpec['density']): string {
  return domains.kind === 'single' ? `Training, ${percent(A)}` : `Training, A ${percent(A)}, B ${percent(B)}`
}

const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`
