/**
 * From a data set, domains and a protocol to what a model sees: domain map -> k-core -> joint index space -> split -> protocol card.
 * It goes forward only, and the same input gives the same arrays.
 */
import type { Dataset, DomainSpec, ProtocolCard, ProtocolSpec, SplitSummary } from '../../src-preload/contract.ts'
import type { DomainRange, Interactions, TrainingData } from '../learning/data.ts'
import type { MovieTable, RatingColumns, TagColumns } from '../workspace/dataset-file.ts'
import { inA, inB, mapDomains, outside } from './domains.ts'
import { keepTags, type KeptTags } from './kept-tags.ts'
import { kCore, type Core } from './k-core.ts'
import { protocolCard, protocolHash } from './protocol-card.ts'
import { splitEvents } from './splits.ts'

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
  /** [data.users] the data set's user ids */
  userIds: Uint32Array
  /** [data.items] joint item index -> movie index */
  itemToMovie: Uint32Array
  summary: SplitSummary
  card: ProtocolCard
  /** Tags that a text feature may use without knowing what was held out. */
  keptTags: KeptTags
  domains: DomainSpec
  protocol: ProtocolSpec
}

/** The protocol leaves nothing to learn from; a sentence with its remedy. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError'
}

/** @throws DomainError, or ProtocolError when a domain is left without items or nothing is held out */
export function prepare(dataset: PreparableDataset, domains: DomainSpec, protocol: ProtocolSpec): Prepared {
  const movies = dataset.movies()
  const ratings = dataset.ratings()
  const { assignment } = mapDomains(movies, domains)
  const inside = assignment.map((domain) => (domain === outside ? 0 : 1))
  const linked = kCore(ratings, inside, 0)
  const core = protocol.kCore > 0 ? kCore(ratings, inside, protocol.kCore) : linked

  const { itemToMovie, ranges } = jointItems(core, assignment, domains)
  const empty = ranges.find((range) => range.start === range.end)
  if (empty)
    throw new ProtocolError(
      `Domain ${empty.name} has no movie left after the ${protocol.kCore}-core. Lower the k-core, or give the domain more genres.`,
    )
  const { events, userIds } = jointEvents(dataset.users, ratings, core, itemToMovie)
  const { train, validation, test } = splitEvents(events, userIds, protocol)
  if (test.item.length === 0)
    throw new ProtocolError('Nothing is held out for testing. Give the test part a share above 0, or lower the k-core.')

  const kept = { users: userIds.length, items: itemToMovie.length, ratings: events.item.length }
  const card = protocolCard(dataset.meta, domains, protocol, kept)
  const data: TrainingData = {
    users: userIds.length,
    items: itemToMovie.length,
    domains: ranges,
    train,
    validation,
    test,
    positive: protocol.positive,
    historyAtTest: protocol.historyAtTest,
    cutoffs: protocol.cutoffs,
    features: [],
    hash: protocolHash(dataset.meta, domains, protocol),
  }
  const summary: SplitSummary = {
    steps: [
      { label: 'Data set', users: dataset.users.length, movies: movies.movieId.length, ratings: ratings.item.length },
      step('Rated, inside the domains', linked),
      ...(protocol.kCore > 0
        ? [step(`${protocol.kCore}-core, ${core.rounds} ${core.rounds === 1 ? 'round' : 'rounds'}`, core)]
        : []),
      ...(protocol.positive > 0 ? [relevant(events, protocol.positive)] : []),
    ],
    train: train.item.length,
    validation: validation.item.length,
    test: test.item.length,
    testUsers: { A: relevantUsers(data, ranges[0]), B: relevantUsers(data, ranges[1]) },
    card,
  }
  const keptTags = keepTags(dataset.tags(), dataset.users, { data, userIds, itemToMovie, split: protocol.split })
  return { data, userIds, itemToMovie, summary, card, keptTags, domains, protocol }
}

/** Items by domain, inside a domain by movie index, so a domain is a range. */
function jointItems(
  core: Core,
  assignment: Uint8Array,
  spec: DomainSpec,
): { itemToMovie: Uint32Array; ranges: DomainRange[] } {
  const of = (domain: number): number[] => {
    const found: number[] = []
    core.movies.forEach((stays, m) => {
      if (stays && assignment[m] === domain) found.push(m)
    })
    return found
  }
  const a = of(inA)
  if (spec.kind === 'single')
    return { itemToMovie: Uint32Array.from(a), ranges: [{ name: 'A', start: 0, end: a.length }] }
  const b = of(inB)
  return {
    itemToMovie: Uint32Array.from([...a, ...b]),
    ranges: [
      { name: 'A', start: 0, end: a.length },
      { name: 'B', start: a.length, end: a.length + b.length },
    ],
  }
}

/** The ratings that stay, by user and movie index, in the joint index space. */
function jointEvents(
  users: Uint32Array,
  ratings: RatingColumns,
  core: Core,
  itemToMovie: Uint32Array,
): { events: Interactions; userIds: Uint32Array } {
  const movieToItem = new Uint32Array(core.movies.length)
  itemToMovie.forEach((movie, item) => (movieToItem[movie] = item))
  const userIds = users.filter((_, u) => core.users[u] === 1)
  const events: Interactions = {
    indptr: new Uint32Array(userIds.length + 1),
    item: new Uint32Array(core.ratings),
    rating: new Float32Array(core.ratings),
    time: new Float64Array(core.ratings),
  }
  let n = 0
  let user = 0
  for (let u = 0; u < users.length; u++) {
    if (!core.users[u]) continue
    for (let r = ratings.indptr[u]!; r < ratings.indptr[u + 1]!; r++) {
      const movie = ratings.item[r]!
      if (!core.movies[movie]) continue
      events.item[n] = movieToItem[movie]!
      events.rating[n] = ratings.rating2[r]! / 2
      events.time[n++] = ratings.time[r]!
    }
    events.indptr[++user] = n
  }
  return { events, userIds }
}

function step(label: string, core: Core): SplitSummary['steps'][number] {
  const count = (flags: Uint8Array): number => flags.reduce((n, flag) => n + flag, 0)
  return { label, users: count(core.users), movies: count(core.movies), ratings: core.ratings }
}

/** How many of the events would count as relevant; nothing is removed by it. */
function relevant(events: Interactions, positive: number): SplitSummary['steps'][number] {
  const movies = new Set<number>()
  let users = 0
  let ratings = 0
  for (let u = 0; u + 1 < events.indptr.length; u++) {
    const before = ratings
    for (let e = events.indptr[u]!; e < events.indptr[u + 1]!; e++) {
      if (events.rating[e]! < positive) continue
      movies.add(events.item[e]!)
      ratings++
    }
    if (ratings > before) users++
  }
  return { label: `of these rated ${positive} or more`, users, movies: movies.size, ratings }
}

/** Users with at least one relevant test item in the domain; 0 where there is no such domain. */
function relevantUsers({ test, positive }: TrainingData, range: DomainRange | undefined): number {
  if (!range) return 0
  let users = 0
  for (let u = 0; u + 1 < test.indptr.length; u++) {
    for (let e = test.indptr[u]!; e < test.indptr[u + 1]!; e++) {
      if (test.item[e]! < range.start || test.item[e]! >= range.end || test.rating[e]! < positive) continue
      users++
      break
    }
  }
  return users
}
