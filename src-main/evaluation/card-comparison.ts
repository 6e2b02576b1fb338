/** Two protocol cards beside each other: where they differ, and whether numbers under them may be compared. Pure. */
import type { CardComparison, ProtocolCard } from '../../src-preload/contract.ts'

/** Rows that follow from others: they differ because a decision does. */
const consequences = new Set(['synthetic', 'moments', 'counts', 'tags', 'warning'])

/** What was decided, without what it came to: the data set's name, the size of the core, who stayed linked, that fold-in is known too. */
const decisions: Record<string, (value: string) => string> = {
  dataset: (value) => value.replace(/^.* \((\w+)\)$/, '$1'),
  kCore: (value) => value.split(':', 1)[0] ?? value,
  overlap: (value) => value.replace(/ \(.*?\)/, ''),
  candidates: (value) => (value.startsWith('every item') ? 'every item' : value),
}

/** What a card means that lacks the row; rows that are not here were not written by every version, and their absence means nothing. */
const absent: Record<string, string> = {
  overlap: 'all users with ratings in both domains stay one user',
  density: 'all training events',
  moments: 'none',
  warning: 'none',
}

/** What a difference does to the number. */
const effects: Record<string, string> = {
  dataset: 'other people rated other movies',
  domains: 'other movies compete for the places of a list',
  positive: 'another part of the held-out ratings counts as relevant',
  kCore: 'users and movies with few ratings are in one and not in the other',
  split: 'other events are held out, which makes another task',
  splitSeed: 'other events were drawn; only means over several split seeds may be set beside each other',
  overlap: 'other users carry knowledge from one domain to the other',
  density: 'one model has learned from more events than the other',
  historyAtTest: 'the ranker knows more of a user in one than in the other',
  candidates: 'against sampled negatives numbers come out several times larger, and models change places',
  metrics: 'the metrics are computed by other formulas',
  cutoffs: 'lists are judged at other lengths; where a length is in both, its numbers would be equal',
  ties: 'equal scores are put in another order',
}

/** @returns the rows that differ; what both have in common is not repeated */
export function compareCards(first: ProtocolCard, second: ProtocolCard): CardComparison {
  if (first.hash === second.hash)
    return {
      comparable: true,
      rows: [],
      sentence: `The numbers may be compared: both protocol cards carry the hash ${first.hash}.`,
    }
  const rows = differingRows(first, second)
  return { comparable: false, rows, sentence: sentenceOf(rows, first, second) }
}

function differingRows(first: ProtocolCard, second: ProtocolCard): CardComparison['rows'] {
  const [one, other] = [first, second].map((card) => new Map(card.rows.map((row) => [row.key, row])))
  const keys = new Set([...first.rows, ...second.rows].map(({ key }) => key))
  return [...keys].flatMap((key) => {
    const [a, b] = [one?.get(key), other?.get(key)]
    const label = a?.label ?? b?.label ?? key
    const [x, y] = [a?.value ?? absent[key], b?.value ?? absent[key]]
    return x === undefined || y === undefined || x === y ? [] : [{ key, label, first: x, second: y }]
  })
}

function sentenceOf(rows: CardComparison['rows'], first: ProtocolCard, second: ProtocolCard): string {
  const causes = rows.filter((row) => {
    const decision = decisions[row.key] ?? ((value: string) => value)
    return !consequences.has(row.key) && decision(row.first) !== decision(row.second)
  })
  if (causes.length === 0)
    return `The numbers may not be compared: the cards carry different hashes (${first.hash}, ${second.hash}) though they decide the same. A rule has changed between two versions: run one of them again.`
  const named = causes.map(
    ({ key, label }) =>
      `${key === 'positive' ? 'what counts as relevant' : nameOf(label)} (${effects[key] ?? 'a decision behind the number'})`,
  )
  const rest = causes.length === 1 ? ' All other decisions are the same.' : ''
  return `The numbers may not be compared, because the protocols differ in ${enumerated(named)}.${rest}`
}

/** A label inside a sentence: 'Split seed' becomes 'the split seed'; 'k-core' and 'Cut-offs K' keep their letters. */
function nameOf(label: string): string {
  return `the ${label.charAt(0).toLowerCase()}${label.slice(1)}`
}

function enumerated(parts: string[]): string {
  if (parts.length < 2) return parts.join('')
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
}
