/** What Crossreel does with a data set, as its jobs and its reader do it. */
import { readdirSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { importDataset } from '../../../src-main/datasets/importing/import.ts'
import { Random } from '../../../src-main/learning/random.ts'
import { DatasetFile } from '../../../src-main/workspace/dataset-file.ts'

const idle = new AbortController().signal

function importInto(source: string, target: string, signal: AbortSignal, onProgress: () => void): Promise<void> {
  return importDataset({
    source,
    target,
    datasetId: 'ds-0000000000bench',
    name: 'bench',
    synthetic: false,
    mapping: null,
    signal,
    onProgress,
  })
}

/** The whole import of a folder or zip: ratings, movies, links, tags, title index, checks, flush and rename. */
export async function importAll(source = '', target = ''): Promise<Record<string, number>> {
  rmSync(target, { force: true })
  const begun = performance.now()
  let last = begun
  let gapMs = 0
  const noteGap = (): void => {
    const now = performance.now()
    gapMs = Math.max(gapMs, now - last)
    last = now
  }
  await importInto(source, target, idle, noteGap)
  return { wallMs: performance.now() - begun, gapMs, fileMb: statSync(target).size / 1e6 }
}

/** All ratings as typed arrays in shared memory. */
export async function loadRatings(path = ''): Promise<Record<string, number>> {
  const begun = performance.now()
  const file = DatasetFile.open(path)
  const ratings = file.ratings({ shared: true })
  const wallMs = performance.now() - begun
  return Promise.resolve({ wallMs, ratings: ratings.item.length })
}

/** One user's whole history with titles, newest first, for 3,000 random users and for the busiest. */
export async function historyLatency(path = ''): Promise<Record<string, number>> {
  const file = DatasetFile.open(path)
  const { title } = file.movies()
  const history = (user: number): number => {
    const { item, rating2, time } = file.userRatings(user)
    const newest = Uint32Array.from(item.keys()).sort((a, b) => time[b]! - time[a]!)
    return Array.from(newest, (r) => ({ title: title[item[r]!], rating: rating2[r]! / 2, at: time[r] })).length
  }
  const random = Random.stream(7, 'users')
  const users = Array.from({ length: 3000 }, () => random.integer(file.users.length))
  for (const user of users.slice(0, 500)) history(user) // warm
  const timed = latency(users, history)
  const { indptr } = file.ratings()
  let busiest = 0
  for (let u = 0; u < file.users.length; u++)
    if (indptr[u + 1]! - indptr[u]! > indptr[busiest + 1]! - indptr[busiest]!) busiest = u
  const heaviest = latency(Array<number>(20).fill(busiest), history)
  return Promise.resolve({ ...timed, heaviestMs: heaviest.p50Ms, heaviestRatings: history(busiest) })
}

/** A title search as somebody types: the first one to five letters of words that occur, the first fifty hits. */
export async function searchLatency(path = ''): Promise<Record<string, number>> {
  const file = DatasetFile.open(path)
  const { title } = file.movies()
  const random = Random.stream(9, 'searches')
  const searches = Array.from({ length: 2000 }, () => {
    const words = (title[random.integer(title.length)] ?? '').split(' ')
    return (words[random.integer(words.length)] ?? '').slice(0, 1 + random.integer(5))
  })
  const search = (text: string): number => file.searchMovies(text, 0, 50).movies.length
  for (const text of searches.slice(0, 200)) search(text)
  return Promise.resolve(latency(searches, search))
}

/** From a cancel at a random moment of the import to its end, 12 times; `leftBehind` counts files that stayed. */
export async function cancels(source = '', target = '', usualMs = '2500'): Promise<Record<string, number>> {
  const random = Random.stream(11, 'cancels')
  const waits: number[] = []
  let leftBehind = 0
  for (let k = 0; k < 12; k++) {
    rmSync(target, { force: true })
    const control = new AbortController()
    let asked = 0
    const timer = setTimeout(
      () => {
        asked = performance.now()
        control.abort()
      },
      random.next() * Number(usualMs) * 0.95,
    )
    const done = await importInto(source, target, control.signal, () => undefined).then(
      () => true,
      () => false,
    )
    clearTimeout(timer)
    if (done) continue // before the cancel came
    waits.push(performance.now() - asked)
    leftBehind += readdirSync(dirname(target)).length
  }
  return { ...percentiles(waits), cancelled: waits.length, leftBehind }
}

function latency<T>(arguments_: T[], act: (argument: T) => number): Percentiles {
  const times = arguments_.map((argument) => {
    const begun = performance.now()
    act(argument)
    return performance.now() - begun
  })
  return percentiles(times)
}

type Percentiles = Record<'p50Ms' | 'p99Ms' | 'mostMs', number>

function percentiles(times: number[]): Percentiles {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
  return { p50Ms: at(0.5), p99Ms: at(0.99), mostMs: at(1) }
}
