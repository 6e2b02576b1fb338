/** The six ways to split, in the words of the form. */
import type { SplitKind } from '@contract'

export interface SplitChoice {
  value: SplitKind
  label: string
  note: string
  /** What the three shares are parts of; null where there are none. */
  parts: { label: string; help: string } | null
  /** Whether it is a choice what the ranker sees of a user at test. */
  history: boolean
}

export const splitChoices: readonly SplitChoice[] = [
  {
    value: 'user-time',
    label: "Each user's ratings by time",
    note: 'The oldest train, the newest test; nothing is learned from the future of a user.',
    parts: { label: 'Parts', help: '' },
    history: true,
  },
  {
    value: 'user-ratio',
    label: "Each user's ratings at random",
    note: 'Drawn by the split seed; comparable to most published tables.',
    parts: { label: 'Parts', help: '' },
    history: true,
  },
  {
    value: 'leave-last-one',
    label: "Each user's last rating",
    note: 'The last tests, the one before validates. One answer a user: close models cannot be told apart on small data.',
    parts: null,
    history: true,
  },
  {
    value: 'global-time',
    label: 'One moment for everybody',
    note: 'Nothing is learned from the future of anybody. Who has no rating before the first moment is left out.',
    parts: { label: 'Parts', help: 'Of all ratings by time.' },
    history: true,
  },
  {
    value: 'strong-generalisation',
    label: 'New users',
    note: 'Strong generalisation: whole users are held out; the ranker alone knows a part of their ratings.',
    parts: { label: 'Users', help: 'Parts of the users, not of their ratings.' },
    history: false,
  },
  {
    value: 'cold-target',
    label: 'A lost domain',
    note: 'Cold target: a held-out user loses every rating in one domain and is ranked there from the other.',
    parts: {
      label: 'Shared users',
      help: 'Parts of the users with ratings in both domains. Of those held out half lose A, half B.',
    },
    history: false,
  },
]

export function splitChoice(kind: SplitKind): SplitChoice {
  const found = splitChoices.find(({ value }) => value === kind)
  if (!found) throw new Error(`The form has no words for the split '${kind}'.`)
  return found
}
