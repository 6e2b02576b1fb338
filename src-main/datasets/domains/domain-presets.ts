/** Domain maps worth starting from: rows with a label and a reason, as far as a data set has their genres. Pure. */
import type { DomainPreset, DomainSpec } from '../../../src-preload/contract.ts'
import { assignDomains, DomainError, type DomainMovies, inA, inB } from './domains.ts'

interface PresetRow {
  id: string
  label: string
  help: string
  a: string[]
  b: string[]
}

/** Genre names of all MovieLens releases; a data set has some of them (`Children's` in the old ones, `Children` since 2003). */
const rows: PresetRow[] = [
  {
    id: 'tension-feeling',
    label: 'Action and suspense | Comedy and drama',
    help: 'Every genre on one side or the other: two large domains that nearly all users share. The default.',
    a: 'Action Adventure Sci-Fi Thriller Crime War Western Horror Mystery Film-Noir Fantasy'.split(' '),
    b: "Comedy Romance Drama Musical Children Children's Animation Documentary".split(' '),
  },
  {
    id: 'action-romance',
    label: 'Action and thriller | Romance and comedy',
    help: 'Two clear tastes, most other genres left out: fewer movies, and less that both domains have in common.',
    a: ['Action', 'Thriller'],
    b: ['Romance', 'Comedy'],
  },
  {
    id: 'horror-comedy',
    label: 'Horror | Comedy',
    help: 'A small domain beside a large one: whether the large one helps the small one.',
    a: ['Horror'],
    b: ['Comedy'],
  },
  {
    id: 'children-crime',
    label: 'Children and animation | Crime and thriller',
    help: 'Domains for different audiences: fewer users have rated much in both.',
    a: ['Children', "Children's", 'Animation'],
    b: ['Crime', 'Thriller'],
  },
  {
    id: 'documentary-drama',
    label: 'Documentary | Drama',
    help: 'A sparse domain of little-seen movies beside the most common genre: the case of a cold target.',
    a: ['Documentary'],
    b: ['Drama'],
  },
]

/** A side with less is no domain to evaluate on. */
const leastMovies = 5

/** The default sets, as far as the data set has these genres; its catalogues where it has two; else the whole catalogue. */
export function suggestDomains(movies: Pick<DomainMovies, 'genreNames' | 'catalogue'>): DomainSpec {
  if (movies.catalogue) return { kind: 'catalogues' }
  return specOf(rows[0]!, movies.genreNames) ?? { kind: 'single' }
}

/** The presets of which the data set has both sides. */
export function domainPresets(movies: DomainMovies): DomainPreset[] {
  const byGenre = rows.flatMap((row): DomainPreset[] => {
    const spec = specOf(row, movies.genreNames)
    if (!spec || !hasBothSides(movies, spec)) return []
    return [{ id: row.id, label: row.label, help: row.help, spec }]
  })
  if (!movies.catalogue) return byGenre
  const help = 'The two data sets this one combines: domains that share users and no movie.'
  return [{ id: 'catalogues', label: 'The two catalogues', help, spec: { kind: 'catalogues' } }, ...byGenre]
}

function specOf({ a, b }: PresetRow, genreNames: string[]): (DomainSpec & { kind: 'genres' }) | null {
  const present = (names: string[]): string[] => genreNames.filter((name) => names.includes(name))
  const spec = { kind: 'genres', a: present(a), b: present(b), ties: 'rarer-genre' } as const
  return spec.a.length > 0 && spec.b.length > 0 ? spec : null
}

function hasBothSides(movies: DomainMovies, spec: DomainSpec): boolean {
  try {
    const counts = [0, 0]
    for (const domain of assignDomains(movies, spec)) if (domain === inA || domain === inB) counts[domain]!++
    return counts.every((count) => count >= leastMovies)
  } catch (error) {
    if (error instanceof DomainError) return false
    throw error
  }
}
