import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitTitle } from '../../../src-main/datasets/importing/movies.ts'
import { ColumnReader } from '../../../src-main/workspace/column-reader.ts'
import { columnsDdl, writeColumn } from '../../../src-main/workspace/columns.ts'
import { DatasetFile, noUser } from '../../../src-main/workspace/dataset-file.ts'
import {
  DiskFullError,
  formatBytes,
  noTurns,
  openImmutable,
  writeStagedDatabase,
} from '../../../src-main/workspace/staged-database.ts'
import { imported, inTempFolder, release, writeFiles } from './files.ts'

test('everything of a release comes back', async () => {
  await inTempFolder(async (folder) => {
    await imported(writeFiles(folder, release()), (dataset) => {
      expect(dataset.meta).toMatchObject({ users: 20, movies: 12, ratings: 200, tags: 2, posters: 0, plots: 0 })
      expect(dataset.meta.firstRatingAt).toBe(1_000_001_000_000)
      expect(dataset.meta.lastRatingAt).toBe(1_000_020_009_000)
      expect([...dataset.users]).toEqual(Array.from({ length: 20 }, (_, u) => u + 1))

      const movies = dataset.movies()
      expect(movies.genreNames).toEqual(['Action', 'Comedy', 'Crime', 'Drama', 'Romance', 'Thriller'])
      expect(movies.title[0]).toBe('Title 1, The')
      expect(movies.year[0]).toBe(1991)
      expect(movies.tmdbId.slice(0, 2)).toEqual(Uint32Array.of(862, 0))
      expect(movies.imdbId[1]).toBe('0113497')
      expect(movies.ratings.reduce((a, b) => a + b)).toBe(200)

      const ratings = dataset.ratings()
      expect(ratings.indptr.at(-1)).toBe(200)
      const own = dataset.userRatings(7)
      const [start, end] = [ratings.indptr[7], ratings.indptr[8]]
      expect(own.item).toEqual(ratings.item.slice(start, end))
      expect(own.rating2).toEqual(ratings.rating2.slice(start, end))
      expect(own.time).toEqual(ratings.time.slice(start, end))
      expect([...own.item]).toEqual([...own.item].sort((a, b) => a - b))

      const tags = dataset.tags()
      expect(tags.text).toEqual(['funny', 'dark, slow'])
      expect([...tags.item]).toEqual([0, 1])
      const report = dataset.report()
      expect(report.ratingHistogram.reduce((n, bar) => n + bar.count, 0)).toBe(200)
      expect(report.genres.find((g) => g.name === 'Comedy')?.movies).toBe(4)
    })
  })
})

test('someone who tagged without rating has no user index', async () => {
  await inTempFolder(async (folder) => {
    const files = release({ 'tags.csv': 'userId,movieId,tag,timestamp\n999,10,x,1\n' })
    await imported(writeFiles(folder, files), (dataset) => expect([...dataset.tags().user]).toEqual([noUser]))
  })
})

test('titles are found by every word, without accents or case, most rated first', async () => {
  const files = release({
    'movies.csv':
      'movieId,title,genres\n10,Amélie (2001),Comedy\n20,La Vie en Rose (2007),Drama\n30,"Vie, La (2007)",\n',
    'ratings.csv': 'userId,movieId,rating,timestamp\n1,10,3,1\n1,20,3,1\n2,20,3,1\n',
    'tags.csv': 'userId,movieId,tag,timestamp\n',
  })
  await inTempFolder(async (folder) => {
    await imported(writeFiles(folder, files), (dataset) => {
      const ids = (search: string, offset = 0, limit = 10): number[] =>
        dataset.searchMovies(search, offset, limit).movies.map((m) => m.movieId)
      expect(ids('amelie')).toEqual([10])
      expect(ids('VIE la')).toEqual([20, 30])
      expect(ids('2007')).toEqual([20, 30])
      expect(ids('')).toEqual([20, 10, 30])
      expect(ids('', 1, 1)).toEqual([10])
      expect(dataset.searchMovies('', 1, 1).total).toBe(3)
      expect(dataset.movie(2)).toMatchObject({ title: 'Vie, La', year: 2007, genres: [], meanRating: null })
    })
  })
})

test.each([
  ['Toy Story (1995)', 'Toy Story', 1995],
  ['Babylon 5', 'Babylon 5', 0],
  ['2001: A Space Odyssey (1968) ', '2001: A Space Odyssey', 1968],
  ['Death Note: Desu nôto (2006–2007)', 'Death Note: Desu nôto', 2006],
  ['Fawlty Towers (1975-1979)', 'Fawlty Towers', 1975],
  ['City of Lost Children, The (Cité des enfants perdus, La) (1995)', 'City of Lost Children, The (Cité des enfants perdus, La)', 1995], // prettier-ignore
  ['Movie (9999)', 'Movie (9999)', 0],
  ['1984 (1956)', '1984', 1956],
])('title and year of %s', (text, title, year) => {
  expect(splitTitle(text)).toEqual({ title, year })
})

test('columns of any length come back whole and in slices, and damage is noticed', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 200_000 }), fc.nat(), fc.nat(), async (n, x, y) => {
      const db = new Database(':memory:')
      db.exec(columnsDdl)
      const words = Uint32Array.from({ length: n }, (_, i) => Math.imul(i, 2654435761) >>> 0)
      await writeColumn(db, 'words', 'u32', words, noTurns)
      await writeColumn(db, 'bytes', 'u8', new Uint8Array(words.buffer), noTurns)
      const columns = new ColumnReader(db)
      expect(columns.words('words')).toEqual(words)
      expect(columns.words('words', true).buffer).toBeInstanceOf(SharedArrayBuffer)
      expect(columns.bytes('bytes')).toEqual(new Uint8Array(words.buffer))
      const [start, end] = [x % (n + 1), y % (n + 1)].sort((a, b) => a - b)
      expect(columns.wordRange('words', start!, end!)).toEqual(words.slice(start, end))
      if (n > 0) {
        db.exec("UPDATE chunk SET data = randomblob(length(data)) WHERE col = 'words' AND seq = 0")
        expect(() => columns.words('words')).toThrow(/damaged: the checksum of column words does not match/)
      }
      expect(() => columns.words('bytes')).toThrow(/has no column bytes of type u32/)
      db.close()
    }),
    { numRuns: 8 },
  )
})

test('a file of another kind or layout is refused with a sentence', async () => {
  await inTempFolder(async (folder) => {
    const path = join(folder, 'x.db')
    const kind = { label: 'poster file', applicationId: 7, version: 1 }
    await writeStagedDatabase({ target: path, kind, ddl: '', neededBytes: 0 }, () => Promise.resolve())
    expect(() => DatasetFile.open(path)).toThrow(`${path} is not a Crossreel data set file.`)
    expect(() => openImmutable(path, { ...kind, version: 2 })).toThrow('layout 1 of the poster file')
    writeFileSync(path, 'not a database, but long enough to look like one'.repeat(100))
    expect(() => DatasetFile.open(path)).toThrow()
  })
})

test('what fails or is cancelled leaves the old file as it was', async () => {
  await inTempFolder(async (folder) => {
    const target = join(folder, 'x.db')
    writeFileSync(target, 'old')
    writeFileSync(`${target}.importing`, 'left behind by a killed process')
    const kind = { label: 'x', applicationId: 1, version: 1 }
    const fill = (): Promise<void> => Promise.reject(new Error('on the way'))
    await expect(writeStagedDatabase({ target, kind, ddl: '', neededBytes: 0 }, fill)).rejects.toThrow('on the way')
    expect(readdirSync(folder)).toEqual(['x.db'])
    expect(readFileSync(target, 'utf8')).toBe('old')
  })
})

test('a cancel is honoured up to the rename', async () => {
  await inTempFolder(async (folder) => {
    const target = join(folder, 'x.db')
    const write = async (cancelAt: number): Promise<number> => {
      let turns = 0
      const turn = (): Promise<void> =>
        ++turns === cancelAt ? Promise.reject(new DOMException('cancelled', 'AbortError')) : Promise.resolve()
      const kind = { label: 'x', applicationId: 1, version: 1 }
      const spec = { target, kind, ddl: columnsDdl, neededBytes: 0, turns: { turn } }
      await writeStagedDatabase(spec, (db, t) =>
        writeColumn(db, 'x', 'u8', new Uint8Array(200_000), t).then(() => undefined),
      )
      return turns
    }
    const turns = await write(0)
    writeFileSync(target, 'old')
    for (let at = 1; at <= turns; at++) {
      const ended = await write(at).catch(String)
      if (typeof ended === 'number') {
        expect(ended).toBeLessThan(at) // the disk was quicker this time, so there were fewer turns
        writeFileSync(target, 'old')
        continue
      }
      expect(ended).toBe('AbortError: cancelled')
      expect(readdirSync(folder)).toEqual(['x.db'])
      expect(readFileSync(target, 'utf8')).toBe('old')
    }
  })
})

test('a full disk is a sentence that says how much is needed; nothing is left', async () => {
  await inTempFolder(async (folder) => {
    const source = writeFiles(join(folder, 'in'), release())
    const target = join(folder, 'out', 'x.db')
    const error = await imported(source, () => null, { target, limitBytes: 40_000 }).catch((e: unknown) => e)
    expect(String(error)).toMatch(
      /^ImportError: The disk is full: .*x\.db needs about 2\d\d kB\. Nothing was changed\. Free at least 2\d\d kB, or move the workspace to another disk, and try again\.$/,
    )
    expect(error instanceof Error && error.cause).toBeInstanceOf(DiskFullError)
    expect(readdirSync(join(folder, 'out'))).toEqual([])
  })
})

test('the size said to be needed is about the size it takes', async () => {
  await inTempFolder(async (folder) => {
    const source = writeFiles(folder, release())
    await imported(source, (dataset) => {
      const size = statSync(dataset.path).size
      expect(size).toBeLessThan(250_000)
      expect(size).toBe(dataset.meta.bytes)
    })
  })
})

test.each([
  [812, '812 bytes'],
  [1000, '1.00 kB'],
  [3_449_000, '3.45 MB'],
  [2.5e9, '2.50 GB'],
])('%i bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text))
