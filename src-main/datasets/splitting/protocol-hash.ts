/** The hash of a protocol: it names what defines a number, and nothing else. Pure. */
import { createHash } from 'node:crypto'
import type { Dataset, DomainSpec, ProtocolSpec } from '../../../src-preload/contract.ts'

/** Rules that no setting changes; a change of one makes numbers incomparable, so it is part of the hash. */
export const rules = {
  version: 1,
  candidates: "every item of the target domain that is not in the user's train or validation part",
  metrics:
    'per user, then the mean over users with a relevant test item; NDCG@K = DCG/IDCG with binary relevance, Recall@K = hits/|relevant|; by domain and their mean',
  ties: 'equal scores are ranked by item index',
  splitCounts: 'int(ratio n) held out for each part, at least one where 0 < ratio n < 1 and train keeps more than one',
}

/** Versions of the rules that only some protocols use. */
const usedRules = { overlap: 1, density: 1, split: 1, sampled: 1 }

/**
 * SHA-256 (hex) of the canonical JSON of what defines the number: the data (by hash, not by name), the domains, the protocol, the rules.
 * Cut-offs count as a set, and genre sets and lists too. What changes nothing is left out (shares of 1, settings that the split does not use): so
 * protocols have the same hash as before there were such settings.
 */
export function protocolHash(dataset: Pick<Dataset, 'hash'>, domains: DomainSpec, protocol: ProtocolSpec): string {
  const cutoffs = [...new Set(protocol.cutoffs)].sort((x, y) => x - y)
  const { split, positive, kCore, splitSeed } = protocol
  const used = { split, positive, kCore, splitSeed, cutoffs, ...splitSettings(protocol), ...shares(domains, protocol) }
  const sampled =
    protocol.candidates.kind === 'sampled'
      ? { candidates: { negatives: protocol.candidates.negatives, rule: usedRules.sampled } }
      : {}
  return sha256({ dataset: dataset.hash, domains: asSets(domains), protocol: { ...used, ...sampled }, rules })
}

/** What the split reads of the protocol. */
function splitSettings({ split, ratios, historyAtTest, foldIn }: ProtocolSpec): object {
  const rule = usedRules.split
  switch (split) {
    case 'user-time':
    case 'user-ratio':
      return { ratios, historyAtTest }
    case 'leave-last-one':
      return { historyAtTest, rule }
    case 'global-time':
      return { ratios, historyAtTest, rule }
    case 'strong-generalisation':
      return { ratios, foldIn, rule }
    case 'cold-target':
      return { ratios, rule }
    default:
      return split satisfies never
  }
}

/** A user who is held out whole has no validation part of his own, so that there is nothing to choose. */
export function effectiveHistory({
  split,
  historyAtTest,
}: Pick<ProtocolSpec, 'split' | 'historyAtTest'>): ProtocolSpec['historyAtTest'] {
  return split === 'strong-generalisation' || split === 'cold-target' ? 'train' : historyAtTest
}

function shares(domains: DomainSpec, protocol: ProtocolSpec): object {
  const { overlap, density } = effectiveShares(domains, protocol)
  return {
    ...(overlap < 1 ? { overlap: { share: overlap, rule: usedRules.overlap } } : {}),
    ...(density.A < 1 || density.B < 1 ? { density: { share: density, rule: usedRules.density } } : {}),
  }
}

/** The shares that change something: with one domain nobody is shared, and there is no B. */
export function effectiveShares(
  domains: DomainSpec,
  { overlap, density }: Pick<ProtocolSpec, 'overlap' | 'density'>,
): Pick<ProtocolSpec, 'overlap' | 'density'> {
  return domains.kind === 'single' ? { overlap: 1, density: { A: density.A, B: 1 } } : { overlap, density }
}

/** SHA-256 (hex) of what a domain map says, whatever it is called. */
export function domainsHash(domains: DomainSpec): string {
  return sha256(asSets(domains))
}

function asSets(domains: DomainSpec): object {
  switch (domains.kind) {
    case 'genres':
      return { ...domains, a: [...domains.a].sort(), b: [...domains.b].sort() }
    case 'lists': {
      const ascending = (ids: number[]): number[] => [...new Set(ids)].sort((x, y) => x - y)
      return { kind: domains.kind, a: ascending(domains.a), b: ascending(domains.b) }
    }
    case 'single':
    case 'catalogues':
      return domains
    default:
      return domains satisfies never
  }
}

function sha256(value: object): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex')
}

/** JSON with sorted keys and no spaces: one text for one value. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}

/** Hex digits shown: 48 bits name a protocol well enough. */
export const shownDigits = 12
