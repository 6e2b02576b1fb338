/** Data sets written from memory: everything comes back, the same contents have the same hash, old layouts open, damage is refused. */
import { join } from 'node:path'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bytesOf, columnsDdl, writeColumn } from '../../../src-main/workspace/columns.ts'
import type { DatasetContent, MovieColumns } from '../../../src-main/workspace/dataset-content.ts'
import { createDatasetFile, DatasetFile, noUser } from '../../../src-main/workspace/dataset-file.ts'
import { noTurns } from '../../../src-main/workspace/staged-database.ts'
import { TitleSearch } from '../../../src-main/workspace/title-search.ts'
import { imported, inTempFolder, release, writeFiles } from './files.ts'

const movies: MovieColumns = {
  movieId: Uint32Array.of(3, 8, 4_000_000_000),
  title: ['Über', 'Toy Story', ''],
  year: Int16Array.of(0, 1995, 2000),
  genres: Uint32Array.of(0, 0x8000_0001, 1),
  genreNames: Array.from({ length: 32 }, (_, g) => `Genre ${g}`),
  imdbId: ['', '0114709', ''],
  tmdbId: Uint32Array.of(0, 862, 0),
}

function content(change: Partial<DatasetContent> = {}): DatasetContent {
  return {
    description: { id: 'd', name: 'D', synthetic: false, format: 'made', importedAt: 1.5e12, rowsRead: 9, parents: ['P'], recipe: '5-core' }, // prettier-ignore
    movies,
    users: Uint32Array.of(7, 9),
    ratings: {
      indptr: Uint32Array.of(0, 2, 3),
      item: Uint32Array.of(0, 1, 1),
      rating2: Uint8Array.of(1, 10, 7),
      time: Uint32Array.of(0, 1_000_000_000, 2_000_000_000),
    },
    tags: { user: Uint32Array.of(0, noUser), item: Uint32Array.of(1, 1), time: Uint32Array.of(5, 6), text: ['x', 'x'] },
    findings: [{ file: 'f', reason: 'r', count: 300, treatment: 'removed', examples: [{ line: 4, text: 't' }] }],
    ...change,
  }
}

async function written<T>(
  data: DatasetContent,
  use: (dataset: DatasetFile, path: string) => T | Promise<T>,
): Promise<T> {
  return inTempFolder(async (folder) => {
    const path = join(folder, 'd.db')
    await createDatasetFile(path, data)
    const dataset = DatasetFile.open(path)
    try {
      return await use(dataset, path)
    } finally {
      dataset.close()
    }
  })
}

test('everything that was handed over comes back', async () => {
  const data = content({
    movies: { ...movies, catalogue: Uint8Array.of(0, 1, 1) },
    catalogues: ['First', 'Second'],
    standardised: { kind: 'user', values: Float32Array.of(-1, 1, 0.25) },
    genome: { tags: ['a', 'b'], movie: Uint32Array.of(1), scores: Float32Array.of(0.5, 0.125) },
  })
  await written(data, (dataset) => {
    expect(dataset.movies()).toEqual({
      ...data.movies,
      ratings: Uint32Array.of(1, 2, 0),
      ratingSum2: Uint32Array.of(1, 17, 0),
    })
    expect(dataset.users).toEqual(data.users)
    expect(dataset.indptr).toEqual(data.ratings.indptr)
    expect(dataset.ratings()).toEqual(data.ratings)
    expect(dataset.standardised()).toEqual(data.standardised)
    expect(dataset.genome()).toEqual(data.genome)
    expect(dataset.tags()).toEqual(data.tags)
    expect(dataset.movieTags(1)).toEqual({ user: data.tags.user, time: data.tags.time, text: ['x', 'x'] })
    expect(dataset.movieTags(2).text).toEqual([])
    expect(dataset.userRatings(1)).toEqual({ item: Uint32Array.of(1), rating2: Uint8Array.of(7), time: Uint32Array.of(2e9) }) // prettier-ignore
    expect(() => dataset.userRatings(2)).toThrow('User index 2 is not in 0..1.')
    expect(dataset.meta).toMatchObject({
      ...{ name: 'D', parents: ['P'], recipe: '5-core', notes: '', genome: 1, standardised: 'user', tags: 2 },
      ...{ catalogues: ['First', 'Second'], firstRatingAt: 1e12, lastRatingAt: 1e12 }, // 0 and the future are implausible
    })
    expect(dataset.timeline()).toEqual({ month: [31 * 12 + 8], ratings: [1] })
    expect(dataset.report()).toMatchObject({ rowsRead: 9, rowsKept: 3, findings: data.findings })
    expect(dataset.report().genres[31]).toEqual({ name: 'Genre 31', movies: 1 })
  })
})

test('a data set without the optional parts says so', async () => {
  await written(content(), (dataset) => {
    expect(dataset.meta).toMatchObject({ catalogues: [], standardised: 'none', genome: 0 })
    expect([dataset.standardised(), dataset.genome(), dataset.movies().catalogue]).toEqual([null, null, null])
  })
})

test('shared arrays can be read, and written again', async () => {
  await written(content(), async (dataset) => {
    const shared = dataset.ratings({ shared: true })
    for (const column of Object.values(shared)) expect(column.buffer).toBeInstanceOf(SharedArrayBuffer)
    expect(dataset.ratings()).toBe(shared) // they serve everyone
    await written(content({ ratings: shared }), (copy) => expect(copy.meta.hash).toBe(dataset.meta.hash))
  })
})

test('the hash names the contents: what an import streamed and what memory holds agree, any change differs', async () => {
  const ofImport = await inTempFolder(async (folder) =>
    imported(writeFiles(folder, release()), (dataset) => ({
      hash: dataset.meta.hash,
      same: content({
        movies: dataset.movies(),
        users: dataset.users,
        ratings: dataset.ratings(),
        tags: dataset.tags(),
        findings: [],
      }),
    })),
  )
  expect(await written(ofImport.same, (dataset) => dataset.meta.hash)).toBe(ofImport.hash)

  const { ratings, tags } = content()
  const changes: Partial<DatasetContent>[] = [
    {},
    { users: Uint32Array.of(7, 10) },
    { ratings: { ...ratings, time: Uint32Array.of(1, 1e9, 2e9) } },
    { ratings: { ...ratings, rating2: Uint8Array.of(2, 10, 7) } },
    { movies: { ...movies, title: ['Uber', 'Toy Story', ''] } },
    { movies: { ...movies, catalogue: Uint8Array.of(0, 0, 1) }, catalogues: ['a', 'b'] },
    { tags: { ...tags, text: ['x', 'y'] } },
    { standardised: { kind: 'global', values: Float32Array.of(0, 0, 0) } },
    { genome: { tags: ['a'], movie: Uint32Array.of(0), scores: Float32Array.of(0) } },
  ]
  const hashes = await Promise.all(changes.map((change) => written(content(change), (dataset) => dataset.meta.hash)))
  expect(new Set(hashes).size).toBe(changes.length)
  const { description } = content()
  const renamed = content({ description: { ...description, name: 'other', importedAt: 1.7e12 }, findings: [] })
  expect(await written(renamed, (dataset) => dataset.meta.hash)).toBe(hashes[0])
})

/** A file as the first layout had it. */
async function firstLayout(path: string): Promise<void> {
  const db = new Database(path)
  db.pragma(`application_id = ${0x43524453}`)
  db.pragma('user_version = 1')
  db.exec(`CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE genre(bit INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
    CREATE TABLE movie(idx INTEGER PRIMARY KEY, movie_id INTEGER NOT NULL UNIQUE, title TEXT NOT NULL, year INTEGER NOT NULL, genres INTEGER NOT NULL,
      imdb_id TEXT NOT NULL, tmdb_id INTEGER NOT NULL, n_ratings INTEGER NOT NULL, sum_rating2 INTEGER NOT NULL) STRICT;
    CREATE TABLE tag_text(id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
    CREATE TABLE finding(id INTEGER PRIMARY KEY, file TEXT NOT NULL, reason TEXT NOT NULL, treatment TEXT NOT NULL, n INTEGER NOT NULL) STRICT;
    CREATE TABLE reject(finding INTEGER NOT NULL REFERENCES finding, line INTEGER NOT NULL, raw TEXT NOT NULL) STRICT;
    INSERT INTO genre VALUES (0, 'Drama');
    INSERT INTO movie VALUES (0, 3, 'Über', 0, 0, '', 0, 1, 1), (1, 8, 'Toy Story', 1995, 1, '0114709', 862, 2, 17);
    ${columnsDdl}`)
  const { users, ratings, tags } = content()
  const first = { id: 'd', name: 'Old', synthetic: false, format: 'made', importedAt: 1.5e12, firstRatingAt: 1e12, lastRatingAt: 1e12, hash: 'abc', rowsRead: 9, rowsKept: 3 } // prettier-ignore
  db.prepare("INSERT INTO meta VALUES ('description', ?)").run(JSON.stringify(first))
  for (const [name, column] of [
    ['user', users],
    ['indptr', ratings.indptr],
    ['item', ratings.item],
    ['time', ratings.time],
  ] as const)
    // prettier-ignore
    await writeColumn(db, name, 'u32', column, noTurns)
  await writeColumn(db, 'rating2', 'u8', ratings.rating2, noTurns)
  for (const name of ['tag_user', 'tag_item', 'tag_time', 'tag_text'])
    await writeColumn(db, name, 'u32', name === 'tag_item' ? tags.item : new Uint32Array(2), noTurns)
  db.exec("INSERT INTO tag_text VALUES (0, 'x')")
  db.close()
}

test('a file of the first layout still opens; what it lacks is absent or counted', async () => {
  await inTempFolder(async (folder) => {
    const path = join(folder, 'old.db')
    await firstLayout(path)
    const dataset = DatasetFile.open(path)
    try {
      expect(dataset.meta).toMatchObject({
        ...{ name: 'Old', hash: 'abc', users: 2, movies: 2, ratings: 3, tags: 2, lastRatingAt: 1e12 },
        ...{ parents: [], recipe: '', catalogues: [], standardised: 'none', genome: 0, vectors: [], notes: '' },
      })
      expect(dataset.ratings()).toEqual(content().ratings)
      expect(dataset.tags().text).toEqual(['x', 'x'])
      expect(dataset.movieTags(1).text).toEqual(['x', 'x'])
      expect(dataset.report().ratingHistogram.map((bar) => bar.count)).toEqual([1, 0, 0, 0, 0, 0, 1, 0, 0, 1])
      expect(dataset.timeline()).toEqual({ month: [380], ratings: [1] })
      expect([dataset.standardised(), dataset.genome(), dataset.movies().catalogue]).toEqual([null, null, null])
    } finally {
      dataset.close()
    }
  })
})

test.each([
  ['item', 'words'],
  ['rating2', 'bytes'],
])('one changed bit in column %s is noticed', async (column) => {
  await written(content(), (_, path) => {
    const db = new Database(path)
    const { data } = db.prepare<[string], { data: Buffer }>('SELECT data FROM chunk WHERE col = ?').get(column) ?? { data: Buffer.alloc(1) } // prettier-ignore
    data[0]! ^= 4
    db.prepare('UPDATE chunk SET data = ? WHERE col = ?').run(data, column)
    db.close()
    const damaged = DatasetFile.open(path)
    expect(() => damaged.ratings()).toThrow(
      `${path} is damaged: the checksum of column ${column} does not match. Import the data set again.`,
    )
    damaged.close()
  })
})

test('a layout of the future is refused with a sentence', async () => {
  await written(content(), (_, path) => {
    const db = new Database(path)
    db.pragma('user_version = 3')
    db.close()
    expect(() => DatasetFile.open(path)).toThrow(
      `${path} was written in layout 3 of the data set file, this version reads layouts 1 to 2. Import it again.`,
    )
  })
})

test('search finds what a plain scan finds, most rated first, whatever is typed', () => {
  const title = fc.array(fc.constantFrom('a', 'b', 'É', 'ß', ' ', '1', 'la'), { maxLength: 8 }).map((c) => c.join(''))
  const rated = fc.tuple(title, fc.constantFrom(0, 1999, 2011), fc.nat(3))
  const typed = fc.array(fc.constantFrom('a', 'B', 'e', 'ß', ' ', '1', '19', 'la'), { maxLength: 4 })
  const fold = (text: string): string =>
    text
      .toLowerCase()
      .normalize('NFD')
      .replace(/\p{Diacritic}/gu, '')
  fc.assert(
    fc.property(fc.array(rated, { maxLength: 30 }), typed, fc.nat(5), fc.nat(5), (rows, letters, offset, limit) => {
      const table = {
        title: rows.map((r) => r[0]),
        year: Int16Array.from(rows, (r) => r[1]),
        ratings: Uint32Array.from(rows, (r) => r[2]),
      }
      const words = fold(letters.join('')).split(/\s+/).filter(Boolean)
      const order = rows.map((_, m) => m).sort((a, b) => rows[b]![2] - rows[a]![2] || a - b)
      const found = order.filter((m) =>
        words.every((word) => fold(`${rows[m]![0]} ${rows[m]![1] || ''}`).includes(word)),
      )
      const { total, movies: page } = new TitleSearch(table).find(letters.join(''), offset, limit)
      expect(total).toBe(found.length)
      expect([...page]).toEqual(found.slice(offset, offset + limit))
    }),
    { numRuns: 500 },
  )
})

test('columns are bytes of the machine the same as of the file', () => {
  expect([...bytesOf(Uint32Array.of(1))]).toEqual([1, 0, 0, 0]) // little-endian, as every machine this runs on
})
