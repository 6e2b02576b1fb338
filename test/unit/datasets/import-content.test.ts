/** What an import holds is what stood in the files: row by row against an independent CSV parser, in order or not, whole or not at all. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { importDataset } from '../../../src-main/datasets/importing/import.ts'
import { Random } from '../../../src-main/learning/random.ts'
import { type DatasetFile, noUser } from '../../../src-main/workspace/dataset-file.ts'
import { hasLatestSmall, latestSmall, noDataReason } from '../../shared-data.ts'
import { type Files, imported, inTempFolder, release, writeFiles } from './files.ts'

const header = 'userId,movieId,rating,timestamp'

/** Records of a CSV by an independent, strict parser; the header left out. */
function records(text: string | Uint8Array): string[][] {
  return parse(Buffer.from(text), { from: 2, relax_column_count: false })
}

/** 'user,movie,stars,time' of every rating of the data set. */
function ratingLines(dataset: DatasetFile): string[] {
  const { indptr, item, rating2, time } = dataset.ratings()
  const { movieId } = dataset.movies()
  const lines: string[] = []
  dataset.users.forEach((user, u) => {
    for (let r = indptr[u]!; r < indptr[u + 1]!; r++)
      lines.push(`${user},${movieId[item[r]!]},${rating2[r]! / 2},${time[r]}`)
  })
  return lines
}

/** What should be kept: one line for each user and movie, the newest, of equal times the later; by user, then movie. */
function expectedLines(text: string | Uint8Array): string[] {
  const kept = new Map<string, number[]>()
  for (const record of records(text)) {
    const [user = 0, movie = 0, stars = 0, time = 0] = record.map(Number)
    const before = kept.get(`${user},${movie}`)
    if (!before || time >= before[3]!) kept.set(`${user},${movie}`, [user, movie, stars, time])
  }
  return [...kept.values()].sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]!).map((rating) => rating.join(','))
}

/** `users` users with about 40 ratings each, by user and movie, without twice the same. */
function sortedRatings(users: number, random: Random): string[] {
  const rows: string[] = []
  for (let u = 1; u <= users; u++)
    for (let movie = 10 * (1 + random.integer(3)); movie <= 120 * 12; movie += 10 * (1 + random.integer(6)))
      rows.push(`${u * 3},${movie},${(1 + random.integer(10)) / 2},${1_000_000_000 + random.integer(1e8)}`)
  return rows
}
const movies = (n: number): string =>
  ['movieId,title,genres', ...Array.from({ length: n }, (_, m) => `${10 * (m + 1)},Title ${m} (2000),Drama`)].join('\n')
const withRatings = (rows: string[], change: Files = {}): Files =>
  release({ 'ratings.csv': [header, ...rows].join('\n'), 'movies.csv': movies(144), ...change }, [
    'tags.csv',
    'links.csv',
  ])

async function importOf<T>(files: Files, use: (dataset: DatasetFile) => T): Promise<T> {
  return inTempFolder((folder) => imported(writeFiles(folder, files), use))
}

test.skipIf(!hasLatestSmall)(
  `ml-latest-small: every row of every file${hasLatestSmall ? '' : ` (${noDataReason})`}`,
  async () => {
    const text = (name: string): string => readFileSync(join(latestSmall, name), 'utf8')
    await imported(latestSmall, (dataset) => {
      expect(ratingLines(dataset)).toEqual(expectedLines(text('ratings.csv')))
      const { movieId, title, year, genres, genreNames, imdbId, tmdbId } = dataset.movies()
      const links = new Map(records(text('links.csv')).map(([id, ...rest]) => [id, rest.join()]))
      const found = Array.from(movieId, (id, m) => [
        String(id),
        year[m] ? `${title[m]} (${year[m]})` : title[m],
        genreNames.filter((_, g) => genres[m]! & (1 << g)).join('|'),
        `${imdbId[m]},${tmdbId[m] || ''}`,
      ])
      const listed = records(text('movies.csv')).map(([id = '', name, kinds = '']) => [
        id,
        name?.trim().replace(/\s*\((\d{4})[–-]?\d*\)$/, ' ($1)'),
        kinds === '(no genres listed)' ? '' : kinds.split('|').sort().join('|'),
        links.get(id),
      ])
      expect(found).toEqual(listed.sort((a, b) => Number(a[0]) - Number(b[0])))
      expect(tagLines(dataset)).toEqual(expectedTags(text('tags.csv')))
    })
  },
)

/** 'user|movie|time|text' of every tag; the user is empty for someone who rated nothing. */
function tagLines(dataset: DatasetFile): string[] {
  const { user, item, time, text } = dataset.tags()
  const { movieId } = dataset.movies()
  return text.map(
    (words, t) => `${user[t] === noUser ? '' : dataset.users[user[t]!]}|${movieId[item[t]!]}|${time[t]}|${words}`,
  )
}
function expectedTags(text: string): string[] {
  return records(text)
    .map(([user = '', movie = '', words = '', time = '']) => [user, movie, time, words.trim()])
    .sort((a, b) => {
      for (let k = 0; k < 3; k++) if (a[k] !== b[k]) return Number(a[k]) - Number(b[k])
      return a[3]! < b[3]! ? -1 : 1
    })
    .map((tag) => tag.join('|'))
}

test('sorted, shuffled and with a first row out of order late in the file: the same data set', async () => {
  const random = new Random(5)
  const rows = sortedRatings(4000, random) // more than two chunks of a column
  expect(rows.length).toBeGreaterThan(140_000)
  const shuffled = rows.slice()
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = random.integer(i + 1)
    ;[shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!]
  }
  const late = rows.toSpliced(100_000, 1).concat(rows[100_000]!)
  const hashes = new Set<string>()
  for (const order of [rows, shuffled, late]) {
    await importOf(withRatings(order), (dataset) => {
      hashes.add(dataset.meta.hash)
      expect(ratingLines(dataset)).toEqual(expectedLines([header, ...rows].join('\n')))
      expect(dataset.movies().ratings.reduce((a, b) => a + b)).toBe(rows.length)
      expect(dataset.report().findings.filter((f) => f.treatment === 'removed')).toEqual([])
      expect(dataset.report().ratingHistogram.reduce((n, { count }) => n + count, 0)).toBe(rows.length)
    })
  }
  expect(hashes.size).toBe(1)
})

test('duplicates across a chunk border: the newest stays, the older are counted with their lines', async () => {
  const rows = sortedRatings(2000, new Random(6))
  const [user, movie, , time] = rows[65_535]!.split(',')
  const again = [`${user},${movie},5,${time}`, `${user},${movie},0.5,${Number(time) - 1}`]
  const all = [...rows.slice(0, 65_536), ...again, ...rows.slice(65_536)]
  await importOf(withRatings(all), (dataset) => {
    expect(ratingLines(dataset)).toEqual(expectedLines([header, ...all].join('\n')))
    const twice = dataset.report().findings.find((f) => f.reason.startsWith('user rated the movie twice'))
    expect(twice).toMatchObject({ count: 2, treatment: 'removed' })
    expect(twice?.examples).toEqual([
      { line: 65_537, text: rows[65_535]!.replace(/\.0,/, ',') },
      { line: 65_539, text: again[1] },
    ])
  })
})

test('rated movies that are not listed find their place among the others, wherever the row stands', async () => {
  const rows = ['1,5,3,9', '1,10,4,9', '1,15,2.5,9', '2,10,1,9', '2,4000000000,1.5,9', '3,7,2,9']
  for (const order of [rows, rows.toReversed()])
    await importOf(withRatings(order), (dataset) => {
      expect(ratingLines(dataset)).toEqual(rows)
      expect([...dataset.movies().movieId.slice(0, 4)]).toEqual([5, 7, 10, 15])
      expect(dataset.movies().title[0]).toBe('Movie 5')
      expect([...dataset.movies().ratings.slice(0, 4)]).toEqual([1, 1, 2, 1])
      expect(dataset.report().findings.find((f) => f.treatment === 'repaired')).toMatchObject({
        reason: 'rated movie missing from movies.csv: a placeholder title stands in',
        count: 4,
      })
    })
})

test('odd times and constant users are found in sorted and unsorted files alike, with their lines', async () => {
  const user = (id: number, stars: number): string[] =>
    [10, 20, 30, 40, 50].map((movie) => `${id},${movie},${stars},1000000000`)
  const rows = [...user(1, 3), ...user(2, 4), '2,60,4,0', '2,70,1,4000000000', ...user(3, 5)]
  for (const [order, lines] of [
    [rows, [2, 12, 13, 14]],
    [
      [...user(3, 5), ...rows.slice(0, 12)],
      [7, 17, 18, 2],
    ],
  ] as const)
    await importOf(withRatings([...order]), (dataset) => {
      const found = dataset.report().findings.filter((f) => f.file === 'ratings.csv')
      const at = (start: string): (string | number)[][] =>
        (found.find((f) => f.reason.startsWith(start))?.examples ?? []).map(({ line, text }) => [line, text])
      expect(at('abnormal user')).toEqual([
        [lines[0], 'user 1: 5 ratings, all 3'],
        [lines[3], 'user 3: 5 ratings, all 5'],
      ])
      expect(at('timestamp 0')).toEqual([[lines[1], '2,60,4,0']])
      expect(at('timestamp in the future')).toEqual([[lines[2], '2,70,1,4000000000']])
      expect(dataset.timeline()).toEqual({ month: [380], ratings: [15] }) // September 2001
    })
})

test('any ratings in any order come back as the oracle says', async () => {
  const row = fc.tuple(
    fc.integer({ min: 1, max: 6 }),
    fc.constantFrom(10, 20, 30, 35, 40),
    fc.integer({ min: 1, max: 10 }).map((n) => n / 2),
    fc.integer({ min: 1, max: 4 }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 40 }), fc.boolean(), async (rows, crlf) => {
      const text = [header, ...rows.map((r) => r.join(','))].join(crlf ? '\r\n' : '\n')
      await importOf(withRatings([], { 'ratings.csv': text }), (dataset) => {
        expect(ratingLines(dataset)).toEqual(expectedLines(text))
        expect(dataset.report()).toMatchObject({ rowsRead: rows.length, rowsKept: expectedLines(text).length })
      })
    }),
    { numRuns: 40 },
  )
})

/** A release with everything an import can meet: unsorted ratings, an unlisted movie, tags, genome scores. */
const everything = release({
  'ratings.csv': String(release()['ratings.csv']) + '1,10,3,5\n2,999,1,5\n',
  'genome-tags.csv': 'tagId,tag\n1,dark\n2,slow\n',
  'genome-scores.csv': 'movieId,tagId,relevance\n10,1,0.25\n10,2,0.5\n20,1,1\n20,2,5.0E-4\n',
})

test('a cancel at every single turn, up to the rename, leaves the old file and nothing else', async () => {
  await inTempFolder(async (folder) => {
    const source = writeFiles(join(folder, 'in'), everything)
    const target = join(folder, 'out', 'x.db')
    const run = async (cancelAt: number): Promise<{ turns: number; phases: Set<string> }> => {
      const { signal } = new AbortController()
      const phases = new Set<string>()
      let turns = 0
      const throwIfAborted = (): void => {
        if (++turns === cancelAt) throw new DOMException('cancelled', 'AbortError')
      }
      Object.defineProperty(signal, 'throwIfAborted', { value: throwIfAborted })
      const onProgress = ({ phase }: { phase: string }): void => void phases.add(phase)
      await importDataset({
        source,
        target,
        datasetId: 'x',
        name: 'x',
        synthetic: false,
        signal,
        onProgress,
        now: 1e12,
      })
      return { turns, phases }
    }
    const { turns, phases } = await run(0)
    expect([...phases]).toEqual([
      'Opening',
      'Reading movies',
      'Reading ratings',
      'Sorting ratings',
      'Writing movies',
      'Reading tags',
      'Reading genome scores',
      'Flushing to disk',
      'Done',
    ])
    const old = readFileSync(target)
    for (let at = 1; at < turns - 2; at++) {
      await expect(run(at)).rejects.toMatchObject({ name: 'AbortError' })
      expect(readdirSync(join(folder, 'out'))).toEqual(['x.db'])
      expect(readFileSync(target).equals(old)).toBe(true)
    }
    expect(existsSync(`${target}.importing`)).toBe(false)
  })
})

test('genome scores: by movie, in any order, with what is missing said', async () => {
  const scores = [
    '20,2,5.0E-4',
    '10,1,0.25',
    '20,1,0.028749999999999998',
    '10,7,0.5', // no such tag
    '999,1,0.5', // no such movie
    'x,1,0.5',
  ]
  const files = release({
    'genome-tags.csv': 'tagId,tag\r\n2,"slow, very"\r\n1,dark\r\n',
    'genome-scores.csv': ['movieId,tagId,relevance', ...Array<string>(200).fill('30,1,1'), ...scores].join('\r\n'),
  })
  await importOf(files, (dataset) => {
    const genome = dataset.genome()
    expect(genome?.tags).toEqual(['dark', 'slow, very'])
    expect([...(genome?.movie ?? [])]).toEqual([0, 1, 2])
    expect(genome?.scores).toEqual(Float32Array.of(0.25, 0, 0.028749999999999998, 5e-4, 1, 0))
    expect(dataset.meta.genome).toBe(3)
    const found = dataset.report().findings.filter((f) => f.file === 'genome-scores.csv')
    expect(found.map(({ reason, count }) => [reason, count])).toEqual([
      ['scores of a movie that is in neither file', 1],
      ['score of a tag that is not in the list of tags', 1],
      ['broken line: not a movie id, a tag id and a number from 0 to 1', 1],
      ['movie without a score for a tag: it counts as 0', 2],
    ])
  })
})
