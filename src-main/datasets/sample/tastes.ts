/** Hidden tastes of the sample's users, and how much a movie is to a taste. */
import type { Random } from '../../learning/random.ts'
import { looks } from './looks.ts'
import { hiddenDim, type SampleMovie } from './movies.ts'
import { topics } from './topics.ts'

/** One user's taste in one domain, by block. */
export interface Taste {
  /** [topics] */
  topic: Float64Array
  /** [looks] */
  look: Float64Array
  /** [hiddenDim] */
  hidden: Float64Array
}

export interface TasteStrengths {
  /** Weight of a block in the affinity; the affinity's variance over movies is about the sum of their squares. */
  topic: number
  look: number
  hidden: number
  /** Share of each block that is one taste for both domains; the rest is drawn for each domain. */
  shared: { topic: number; look: number; hidden: number }
}

/** The tastes of a user in domains A and B. */
export function drawTastes(random: Random, strengths: TasteStrengths): { A: Taste; B: Taste } {
  const topic = kinds(
    random,
    topics.map(({ field }) => field),
    strengths.shared.topic,
  )
  const look = kinds(
    random,
    looks.map(({ mood }) => mood),
    strengths.shared.look,
  )
  const hidden = pair(random, hiddenDim, strengths.shared.hidden, () => random.normal())
  return {
    A: { topic: topic[0], look: look[0], hidden: hidden[0] },
    B: { topic: topic[1], look: look[1], hidden: hidden[1] },
  }
}

/** Share of a taste's variance that goes with the kind (a topic's field, a look's mood) and not with the single topic or look. */
const ofKind = 0.85

/** A taste for things that come in kinds, in two domains: components of mean 0 and variance 1. */
function kinds(random: Random, kindOf: string[], shared: number): [Float64Array, Float64Array] {
  const names = [...new Set(kindOf)]
  const general = pair(random, names.length, shared, () => leaning(random))
  const single = pair(random, kindOf.length, shared, () => random.normal())
  const join = (d: 0 | 1): Float64Array =>
    Float64Array.from(
      kindOf,
      (kind, i) => Math.sqrt(ofKind) * general[d][names.indexOf(kind)]! + Math.sqrt(1 - ofKind) * single[d][i]!,
    )
  return [join(0), join(1)]
}

/** Liked or not: mean 0, variance 1. */
function leaning(random: Random): number {
  return random.next() < 0.4 ? 1.225 : -0.816
}

/** One block of the taste in two domains: the same but for the part that each domain draws anew. */
function pair(random: Random, n: number, shared: number, draw: () => number): [Float64Array, Float64Array] {
  const a = Float64Array.from({ length: n }, draw)
  const b = a.slice()
  // A fixed number of components, so that every user's domains are related to the same degree.
  const order = random.shuffle(Array.from({ length: n }, (_, i) => i))
  for (const i of order.slice(Math.round(shared * n))) {
    a[i] = draw()
    b[i] = draw()
  }
  return [a, b]
}

/** A taste that is partly lasting, partly of the moment; the variance stays. @param passing share of the variance, 0..1 */
export function blend(lasting: Taste, moment: Taste, passing: number): Taste {
  const mix = (a: Float64Array, b: Float64Array): Float64Array =>
    a.map((x, i) => Math.sqrt(1 - passing) * x + Math.sqrt(passing) * b[i]!)
  return {
    topic: mix(lasting.topic, moment.topic),
    look: mix(lasting.look, moment.look),
    hidden: mix(lasting.hidden, moment.hidden),
  }
}

/** How much a movie is to a taste; over movies about mean 0. */
export function affinity(taste: Taste, movie: SampleMovie, strengths: TasteStrengths): number {
  const topic = (0.75 * taste.topic[movie.topic]! + 0.35 * taste.topic[movie.second]!) / 0.83
  let hidden = 0
  for (let j = 0; j < hiddenDim; j++) hidden += taste.hidden[j]! * movie.hidden[j]!
  return (
    strengths.topic * topic +
    strengths.look * taste.look[movie.look]! +
    (strengths.hidden * hidden) / Math.sqrt(hiddenDim)
  )
}
