/** A row = what lies at the path -> what the import makes of it, or the exact sentence it refuses it with. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { asImportError, ImportError } from '../../../src-main/datasets/importing/import-error.ts'
import { importDataset, recogniseSource } from '../../../src-main/datasets/importing/import.ts'
import type { CleaningFinding } from '../../../src-preload/contract.ts'
import { type Files, imported, inTempFolder, insertLines, release, writeFiles, zipOf } from './files.ts'

const ratings = release()['ratings.csv']
const movies = release()['movies.csv']
const zip = zipOf(Object.fromEntries(Object.entries(release()).map(([name, text]) => [`ml-test/${name}`, text])))

/** Puts the source at `folder/name` and gives its path. */
type Make = (folder: string) => string
const folderOf =
  (files: Files, name = 'data'): Make =>
  (folder) =>
    writeFiles(join(folder, name), files)
const fileOf =
  (name: string, bytes: Uint8Array | string): Make =>
  (folder) => {
    writeFileSync(join(folder, name), bytes)
    return join(folder, name)
  }

const refused: [what: string, make: Make, sentence: string][] = [
  [
    'a path that does not exist',
    (folder) => join(folder, 'nowhere'),
    'There is no file or folder at $/nowhere. Check the path, or choose the file again.',
  ],
  [
    'an empty folder',
    folderOf({}),
    'data is not a MovieLens data set: it holds no files, but no ratings.csv, ratings.dat or u.data. Choose a MovieLens zip, or the folder it unpacks to.',
  ],
  [
    'a zip of something else',
    fileOf('photos.zip', zipOf({ 'a.jpg': 'x', 'b.jpg': 'x', 'c.jpg': 'x', 'd.jpg': 'x', 'e.jpg': 'x', 'f.txt': 'x' })),
    'photos.zip is not a MovieLens data set: it holds a.jpg, b.jpg, c.jpg, d.jpg and 2 more, but no ratings.csv, ratings.dat or u.data. Choose a MovieLens zip, or the folder it unpacks to.',
  ],
  [
    'a file that is no zip',
    fileOf('notes.zip', 'just some text, long enough to look at'),
    'notes.zip is not a zip archive. Choose a MovieLens zip, or the folder it unpacks to.',
  ],
  ['an empty zip file', fileOf('empty.zip', ''), 'empty.zip is empty (0 bytes). Download it again.'],
  [
    'a truncated zip',
    fileOf('cut.zip', zip.subarray(0, 1000)),
    'cut.zip is cut off: its end is missing after 1000 bytes. Download it again.',
  ],
  [
    'a zip with a wrong checksum',
    fileOf('bad.zip', zipOf(release(), 'checksum')),
    'movies.csv in bad.zip is damaged: its checksum does not match. Download the zip again.',
  ],
  [
    'a zip with a wrong length',
    fileOf('bad.zip', zipOf(release(), 'length')),
    `movies.csv in bad.zip is cut off after ${Buffer.byteLength(String(movies))} of ${Buffer.byteLength(String(movies)) + 5} bytes. Download the zip again.`,
  ],
  [
    'an encrypted zip',
    fileOf('secret.zip', zipOf(release(), 'encrypted')),
    'movies.csv in secret.zip is encrypted. Unpack the zip with its password and choose the folder.',
  ],
  [
    'a zip with an unknown method',
    fileOf('lzma.zip', zipOf(release(), 'method')),
    'movies.csv in lzma.zip is packed with method 14, which is not supported. Unpack the zip and choose the folder.',
  ],
  [
    'a zip that names a file outside itself',
    fileOf('evil.zip', zipOf({ '../../ratings.csv': 'x' })),
    'evil.zip is damaged: invalid relative path: ../../ratings.csv. Download it again.',
  ],
  [
    'two data sets in one folder',
    folderOf({ 'a/ratings.csv': 'x', 'b/ratings.csv': 'x' }),
    'data holds more than one data set: a/ratings.csv and b/ratings.csv. Choose the folder of one of them.',
  ],
  [
    'a missing ratings file',
    folderOf(release({}, ['ratings.csv'])),
    'The ratings file is missing in data: it holds links.csv, movies.csv, tags.csv, but no ratings.csv, ratings.dat or u.data. Add the ratings file of the same release.',
  ],
  [
    'a missing movies file',
    folderOf(release({}, ['movies.csv'])),
    'data has ratings.csv but no movies.csv (found: links.csv, ratings.csv, tags.csv). Put movies.csv of the same release beside it.',
  ],
  [
    'a missing movies.dat',
    folderOf({ 'ratings.dat': '1::2::3::4\n' }),
    'data has ratings.dat but no movies.dat (found: ratings.dat). Put movies.dat of the same release beside it.',
  ],
  [
    'an empty ratings file',
    folderOf(release({ 'ratings.csv': '' })),
    'ratings.csv is empty: it holds no ratings (0 bytes). Download the data set again.',
  ],
  [
    'a ratings file with nothing but a header',
    folderOf(release({ 'ratings.csv': 'userId,movieId,rating,timestamp\n' })),
    'ratings.csv is empty: it holds no ratings (32 bytes). Download the data set again.',
  ],
  [
    'an empty movies file',
    folderOf(release({ 'movies.csv': '' })),
    'movies.csv is empty: it holds no movies. Put movies.csv of the same release beside the ratings.',
  ],
  [
    'another header',
    folderOf(release({ 'ratings.csv': String(ratings).replace('userId,movieId', 'movieId,userId') })),
    'ratings.csv, line 1: the header is "movieId,userId,rating,timestamp", expected "userId,movieId,rating,timestamp". Name the columns like this, in this order.',
  ],
  [
    'no header',
    folderOf(release({ 'movies.csv': String(movies).replace('movieId,title,genres\n', '') })),
    'movies.csv, line 1: the header is "10,Title 1, The (1991),Comedy", expected "movieId,title,genres". Name the columns like this, in this order.',
  ],
  [
    'more than 5 % broken lines',
    folderOf(release({ 'ratings.csv': insertLines(ratings, 30, ...Array<string>(11).fill('1,2,11,4')) })),
    'ratings.csv is refused: 11 of its 211 lines cannot be used. The first is line 31, "1,2,11,4": rating outside 0.5 to 5. Check that it is ratings.csv of a MovieLens release.',
  ],
  [
    'twenty broken lines at the start',
    folderOf(release({ 'ratings.csv': insertLines(ratings, 1, ...Array<string>(20).fill('a;b;c;d')) })),
    'ratings.csv is refused: none of its first 20 lines can be used. The first is line 2, "a;b;c;d": broken line: not the four columns user, movie, rating, timestamp. Check that it is ratings.csv of a MovieLens release.',
  ],
  [
    'a movies file of another kind',
    folderOf(release({ 'movies.csv': 'movieId,title,genres\n1,Foo, The (1990),Drama\n' })),
    'movies.csv is refused: 1 of its 1 lines cannot be used. The first is line 2, "1,Foo, The (1990),Drama": broken line: not the three columns movieId, title, genres. Check that it is movies.csv of a MovieLens release.',
  ],
]

test.each(refused)('refuses %s', async (_, make, sentence) => {
  await inTempFolder(async (folder) => {
    const source = make(folder)
    const target = join(folder, 'out', 'x.db')
    const error = await importDataset({
      source,
      target,
      datasetId: 'x',
      name: 'x',
      synthetic: false,
      signal: new AbortController().signal,
      onProgress: () => undefined,
    }).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(ImportError)
    expect(error instanceof Error && error.message).toBe(sentence.replace('$', folder))
    expect(existsSync(join(folder, 'out')) ? readdirSync(join(folder, 'out')) : []).toEqual([])
  })
})

type Short = [file: string, reason: string, treatment: CleaningFinding['treatment'], count: number, line: number]
const odd = 'movies.csv'
/** What the valid release itself is reported for. */
const usual: Short[] = [[odd, 'no genres listed: in no domain', 'kept', 2, 6]]

const cleaned: [what: string, files: Files, kept: number, findings: Short[]][] = [
  ['a whole release', release(), 200, []],
  [
    'a broken line',
    release({ 'ratings.csv': insertLines(ratings, 5, '1,2,3') }),
    200,
    [['ratings.csv', 'broken line: not the four columns user, movie, rating, timestamp', 'removed', 1, 6]],
  ],
  [
    'a rating of 11 and a wrong type',
    release({ 'ratings.csv': insertLines(ratings, 100, '1,50,11,5', '1,x,3,5') }),
    200,
    [
      ['ratings.csv', 'rating outside 0.5 to 5', 'removed', 1, 101],
      ['ratings.csv', 'wrong type: the movie id is not a whole number', 'removed', 1, 102],
    ],
  ],
  [
    'the same user and movie twice',
    release({ 'ratings.csv': insertLines(ratings, 3, '1,20,5.0,2000000000', '1,20,0.5,3') }),
    200,
    [
      ['ratings.csv', 'user rated the movie twice: the newest is kept', 'removed', 2, 2],
      ['ratings.csv', "timestamp in the future: counts as the user's newest rating", 'kept', 1, 4],
    ],
  ],
  [
    'a timestamp of 0',
    release({ 'ratings.csv': insertLines(ratings, 1, '77,10,3.0,0') }),
    201,
    [['ratings.csv', "timestamp 0: counts as the user's oldest rating", 'kept', 1, 2]],
  ],
  [
    'a rated movie that is not listed',
    release({ 'ratings.csv': insertLines(ratings, 1, '77,999,3.0,1', '78,999,3.0,1') }),
    202,
    [['ratings.csv', 'rated movie missing from movies.csv: a placeholder title stands in', 'repaired', 1, 2]],
  ],
  [
    'movies without ratings, without a year, listed twice',
    release({ 'movies.csv': `${String(movies)}500,Babylon 5,Sci-Fi\n10,Again (1990),Drama\n` }),
    200,
    [
      [odd, 'movie id listed twice: the first is kept', 'removed', 1, 15],
      [odd, 'no year in the title', 'kept', 1, 14],
      [odd, 'movie without ratings', 'kept', 1, 14],
    ],
  ],
  [
    'a user whose ratings are all equal',
    release({ 'ratings.csv': insertLines(ratings, 1, ...[10, 20, 30, 40, 50].map((m) => `99,${m},4.0,1000000000`)) }),
    205,
    [['ratings.csv', 'abnormal user: all ratings are equal', 'kept', 1, 2]],
  ],
  [
    'tags of unknown movies and empty tags',
    release({ 'tags.csv': `userId,movieId,tag,timestamp\n${'1,10,a,1\n'.repeat(60)}1,7,a,1\n1,10,,1\n` }),
    200,
    [
      ['tags.csv', 'tag of a movie that is in neither file', 'removed', 1, 62],
      ['tags.csv', 'empty tag', 'removed', 1, 63],
    ],
  ],
  [
    'blanks, CRLF, a byte-order mark and no final line end',
    release({ 'ratings.csv': `\uFEFF${String(ratings).trimEnd().replaceAll('\n', '\r\n')}` }),
    200,
    [],
  ],
  ['no tags and no links', release({}, ['tags.csv', 'links.csv']), 200, []],
]

test.each(cleaned)('cleans %s', async (_, files, kept, findings) => {
  await inTempFolder(async (folder) => {
    await imported(writeFiles(folder, files), (dataset) => {
      const report = dataset.report()
      const got = report.findings.map(({ file, reason, treatment, count, examples }): Short => [
        file,
        reason,
        treatment,
        count,
        examples[0]?.line ?? -1,
      ])
      expect(new Set(got)).toEqual(new Set([...findings, ...usual]))
      expect(dataset.meta.ratings).toBe(kept)
      expect(report.rowsKept).toBe(kept)
      const removed = report.findings.filter((f) => f.file === 'ratings.csv' && f.treatment === 'removed')
      expect(report.rowsRead).toBe(kept + removed.reduce((n, f) => n + f.count, 0))
    })
  })
})

test('of a rating given twice the newest stays, whatever the order of the lines', async () => {
  for (const lines of [
    ['1,10,5.0,200', '1,10,1.0,100'],
    ['1,10,1.0,100', '1,10,5.0,200'],
    ['1,10,1.0,200', '1,10,5.0,200'], // equal times: the later line
  ]) {
    const files = release({ 'ratings.csv': `userId,movieId,rating,timestamp\n${lines.join('\n')}\n` })
    await inTempFolder(async (folder) => {
      await imported(writeFiles(folder, files), (dataset) => {
        expect([...dataset.ratings().rating2]).toEqual([10])
        expect([...dataset.ratings().time]).toEqual([200])
      })
    })
  }
})

test.each<[string, Make, string]>([
  ['a folder', folderOf(release(), 'ml-latest-small'), 'MovieLens latest-small (CSV)'],
  ['a nested folder', folderOf(Object.fromEntries(Object.entries(release()).map(([n, t]) => [`ml-25m/${n}`, t])), 'x'), 'MovieLens 25M (CSV)'], // prettier-ignore
  ['a zip', fileOf('ml-32m.zip', zipOf(release())), 'MovieLens 32M (CSV)'],
  ['a zip with a folder and rubbish', fileOf('x.zip', zipOf({ '__MACOSX/ml/._ratings.csv': 'x', ...release() })), 'MovieLens format (CSV)'], // prettier-ignore
  ['a path with spaces and letters of the world', folderOf(release(), 'Données – 電影 ø'), 'MovieLens format (CSV)'],
])('recognises and imports %s', async (_, make, format) => {
  await inTempFolder(async (folder) => {
    const source = make(folder)
    const summary = await recogniseSource(source)
    expect(summary.format).toBe(format)
    expect(summary.files.map((f) => f.name)).toEqual(['ratings.csv', 'movies.csv', 'tags.csv', 'links.csv'])
    expect(summary.bytes).toBe(Object.values(release()).reduce((n, text) => n + Buffer.byteLength(text), 0))
    await imported(source, (dataset) => {
      expect(dataset.meta.ratings).toBe(200)
      expect(dataset.meta.format).toBe(format)
    })
  })
})

test('1M: .dat files in Latin-1, titles with quotes, users in any order', async () => {
  const files = {
    'ratings.dat': '2::1193::5::978300760\n1::661::3::978302109\n1::1193::4::978301968\n',
    'movies.dat': Buffer.from('661::"Cité" (1996)::Animation|Children\'s\n1193::Élisa (1975)::Drama\n', 'latin1'),
  }
  await inTempFolder(async (folder) => {
    await imported(writeFiles(join(folder, 'ml-1m'), files), (dataset) => {
      expect(dataset.meta.format).toBe('MovieLens 1M (.dat)')
      expect(dataset.movies().title).toEqual(['"Cité"', 'Élisa'])
      expect(dataset.movies().genreNames).toEqual(['Animation', "Children's", 'Drama'])
      expect([...dataset.users]).toEqual([1, 2])
      expect([...dataset.ratings().item]).toEqual([0, 1, 1])
      expect([...dataset.ratings().rating2]).toEqual([6, 8, 10])
    })
  })
})

test('100K: u.data and u.item', async () => {
  const flags = (...on: number[]): string => Array.from({ length: 19 }, (_, g) => (on.includes(g) ? 1 : 0)).join('|')
  const files = {
    'u.data': '196\t242\t3\t881250949\n186\t302\t3\t891717742\n',
    'u.item': `242|Kolya (1996)|24-Jan-1997||http://x|${flags(5)}\n302|L.A. Confidential (1997)|01-Jan-1997||http://x|${flags(6, 10, 13, 16)}\n`,
  }
  await inTempFolder(async (folder) => {
    await imported(writeFiles(folder, files), (dataset) => {
      expect(dataset.movie(0)).toMatchObject({ title: 'Kolya', year: 1996, genres: ['Comedy'], ratings: 1 })
      expect(dataset.movie(1).genres).toEqual(['Crime', 'Film-Noir', 'Mystery', 'Thriller'])
    })
  })
})

test('the hash is of the contents: another order of lines, a zip, another name give the same; one more star does not', async () => {
  const [header, ...lines] = String(ratings).trimEnd().split('\n')
  const hashOf = (source: string, name = 'x'): Promise<string> => imported(source, (d) => d.meta.hash, { name })
  await inTempFolder(async (folder) => {
    const plain = await hashOf(writeFiles(join(folder, 'a'), release()))
    const shuffled = release({ 'ratings.csv': [header, ...lines.reverse()].join('\n') })
    writeFileSync(join(folder, 'b.zip'), zip)
    expect(await hashOf(writeFiles(join(folder, 'c'), shuffled), 'another name')).toBe(plain)
    expect(await hashOf(join(folder, 'b.zip'))).toBe(plain)
    const changed = release({ 'ratings.csv': String(ratings).replace(/,0\.5,/, ',1.0,') })
    expect(await hashOf(writeFiles(join(folder, 'd'), changed))).not.toBe(plain)
  })
})

test('a target whose folder cannot be made is a sentence, and system errors keep their path', async () => {
  await inTempFolder(async (folder) => {
    mkdirSync(join(folder, 'in'))
    writeFileSync(join(folder, 'file'), '')
    const error = await imported(writeFiles(join(folder, 'in'), release()), () => null, {
      target: join(folder, 'file', 'x.db'),
    }).catch((e: unknown) => e)
    expect(String(error)).toBe(
      `ImportError: The workspace folder ${join(folder, 'file')} cannot be written (EEXIST). Give yourself write access to it, or move the workspace.`,
    )
  })
  const denied = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES', path: '/data/ratings.csv' })
  expect(String(asImportError(denied, '/data'))).toBe(
    'ImportError: /data/ratings.csv cannot be read: permission denied. Give yourself read access to it, or copy it elsewhere.',
  )
  const defect = new TypeError('x is undefined')
  expect(asImportError(defect, '/data')).toBe(defect)
})
