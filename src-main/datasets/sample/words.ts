/** Invented names, titles and plots: a small grammar over a movie's topics and genres. */
import type { Random } from '../../learning/random.ts'
import type { Genre } from './genres.ts'
import type { Topic } from './topics.ts'

export function pick<T>(random: Random, list: readonly T[]): T {
  const chosen = list[random.integer(list.length)]
  if (chosen === undefined) throw new RangeError('Nothing to choose from: the list is empty.')
  return chosen
}

const onsets = [
  'B',
  'D',
  'F',
  'G',
  'H',
  'J',
  'K',
  'L',
  'M',
  'N',
  'P',
  'R',
  'S',
  'T',
  'V',
  'Br',
  'Cl',
  'Dr',
  'Fl',
  'St',
  'Tr',
]
const vowels = ['a', 'e', 'i', 'o', 'u', 'ae', 'ia', 'io']
const middles = ['l', 'm', 'n', 'r', 's', 'v', 'd', 'nd', 'rl', 'st', 'lm', 'rr']
const nameEnds = ['a', 'o', 'en', 'is', 'ette', 'ik', 'ine', 'us', 'el', 'y']
const townEnds = ['mora', 'wick', 'haven', 'stad', 'burg', 'ville', 'mouth', 'fell', 'dorf', 'minster']

export function inventName(random: Random): string {
  return pick(random, onsets) + pick(random, vowels) + pick(random, middles) + pick(random, nameEnds)
}
export function inventTown(random: Random): string {
  return pick(random, onsets) + pick(random, vowels) + pick(random, middles) + pick(random, townEnds)
}

const adjectives = [
  'Last',
  'Silent',
  'Second',
  'Crooked',
  'Borrowed',
  'Hidden',
  'Long',
  'Lonely',
  'Bright',
  'Broken',
  'Quiet',
  'Wild',
]
const traits = [
  'stubborn',
  'shy',
  'restless',
  'gifted',
  'penniless',
  'proud',
  'widowed',
  'young',
  'ageing',
  'careful',
  'reckless',
  'honest',
]

const tones = ['tender', 'wry', 'sombre', 'restless', 'warm', 'strange', 'quiet', 'playful']

/** Two to four words; the nouns tell the topics. */
export function inventTitle(random: Random, main: Topic, second: Topic): string {
  const noun = pick(random, main.nouns)
  const patterns: (() => string)[] = [
    () => `The ${pick(random, adjectives)} ${noun}`,
    () => `${noun} of ${inventTown(random)}`,
    () => `${noun} and ${pick(random, second.nouns)}`,
    () => `${inventName(random)}’s ${noun}`,
    () => `${noun} at ${inventTown(random)}`,
    () => `A ${pick(random, adjectives)} ${noun}`.replace(/^A (?=[AEIOU])/, 'An '),
    () => `${pick(random, adjectives)} ${noun}`,
    () => `The ${noun} in the ${pick(random, second.nouns)}`,
  ]
  return pick(random, patterns)()
}

/** Three or four sentences: who and where, what stands in the way (genres), perhaps who helps (second topic) or how it ends, and the themes. */
export function inventPlot(random: Random, main: Topic, second: Topic, genres: Genre[]): string {
  const hero = inventName(random)
  const friend = inventName(random)
  const role = withArticle(`${pick(random, traits)} ${pick(random, main.roles)}`)
  const clause = (): string => pick(random, pick(random, genres).clauses)
  const openings: (() => string)[] = [
    () => `${hero}, ${role}, comes to ${inventTown(random)} to ${pick(random, main.quests)}.`,
    () => `${sentence(pick(random, main.places))}, ${role} called ${hero} finds ${pick(random, main.objects)}.`,
    () => `${hero} is ${role} who wants only to ${pick(random, main.quests)}.`,
    () =>
      `When ${role} named ${hero} comes upon ${pick(random, main.objects)}, nobody in ${inventTown(random)} believes it.`,
  ]
  const obstacles: (() => string)[] = [
    () => `But ${clause()}.`,
    () => `To ${pick(random, main.quests)}, ${hero} needs time, but ${clause()}.`,
    () => `${sentence(pick(random, main.places))}, ${clause()}.`,
    () => `While ${clause()}, ${pick(random, main.objects)} turns up.`,
  ]
  const helpers: (() => string)[] = [
    () => `Help comes from ${friend}, ${withArticle(pick(random, second.roles))} with ${pick(random, second.objects)}.`,
    () => `Only ${friend} understands, and they meet ${pick(random, second.places)}.`,
    () =>
      `Together with ${friend}, ${withArticle(pick(random, second.roles))}, there is a chance to ${pick(random, second.quests)}.`,
  ]
  const endings: (() => string)[] = [
    () => `In the end ${pick(random, main.objects)} decides everything.`,
    () => `Soon ${hero} must choose between ${friend} and ${pick(random, main.objects)}.`,
  ]
  const tone = withArticle(pick(random, tones))
  const parts = [pick(random, openings)(), pick(random, obstacles)()]
  if (random.next() < 0.7) parts.push(pick(random, random.next() < 0.6 ? helpers : endings)())
  parts.push(sentence(`${tone} story of ${main.theme}${random.next() < 0.7 ? ` and ${second.theme}` : ''}.`))
  return parts.join(' ')
}

function withArticle(phrase: string): string {
  return `${/^(?:[aeiou]|honest)/i.test(phrase) ? 'an' : 'a'} ${phrase}`
}
function sentence(phrase: string): string {
  return phrase.charAt(0).toUpperCase() + phrase.slice(1)
}
