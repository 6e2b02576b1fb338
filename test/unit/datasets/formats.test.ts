/** Each release by a small copy that contains its traps, against what a strict parser of another make reads of the same bytes. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'
import { Findings } from '../../../src-main/datasets/importing/findings.ts'
import { openFormat } from '../../../src-main/datasets/formats/index.ts'
import type { OpenedFormat, TextFile } from '../../../src-main/datasets/formats/format.ts'
import { openSource, type Source } from '../../../src-main/datasets/sources/source.ts'
import { readTextFile } from '../../../src-main/datasets/tables/table-reader.ts'
import { Pacer } from '../../../src-main/learning/pacer.ts'
import { hasLatestSmall, latestSmall, noDataReason } from '../../shared-data.ts'
import { type Files, imported, inTempFolder, release, writeFiles } from './files.ts'

/** A source without bytes: enough to recognise a release. */
function listed(name: string, files: Record<string, number>, kind: Source['kind'] = 'folder'): Source {
  return {
    path: `/${name}`,
    kind,
    name,
    files: Object.entries(files).map(([path, bytes]) => {
      const cut = path.lastIndexOf('/')
      return { name: path.slice(cut + 1), folder: path.slice(0, Math.max(0, cut)), bytes, read: () => nothing() }
    }),
    close: () => undefined,
  }
}
async function* nothing(): AsyncGenerator<Buffer> {}

const csv = (folder = '', bytes = 1) => ({ [`${folder}ratings.csv`]: bytes, [`${folder}movies.csv`]: 1 })
const dat = (folder = '', bytes = 1) => ({ [`${folder}ratings.dat`]: bytes, [`${folder}movies.dat`]: 1 })

test.each<[name: string, files: Record<string, number>, label: string]>([
  ['ml-latest-small', csv(), 'MovieLens latest-small (CSV)'],
  ['ml-latest-small.zip', csv(), 'MovieLens latest-small (CSV)'],
  ['ml-latest.zip', csv(), 'MovieLens latest (CSV)'],
  ['ml-20m', csv(), 'MovieLens 20M (CSV)'],
  ['ML-25M', csv(), 'MovieLens 25M (CSV)'],
  ['ml-25m (1).zip', csv(), 'MovieLens 25M (CSV)'],
  ['download.zip', csv('ml-32m/'), 'MovieLens 32M (CSV)'],
  ['downloads', csv('my data/ml-32m/'), 'MovieLens 32M (CSV)'],
  ['ml-1m', dat(), 'MovieLens 1M (.dat)'],
  ['ml-10m.zip', dat('ml-10M100K/'), 'MovieLens 10M (.dat)'],
  ['whatever', { 'u.data': 1, 'u.item': 1 }, 'MovieLens 100K (u.data)'],
  ['renamed', csv('', 678_260_987), 'MovieLens 25M (CSV)'],
  ['renamed', csv('', 533_444_411), 'MovieLens 20M (CSV)'],
  ['renamed', csv('', 877_076_222), 'MovieLens 32M (CSV)'],
  ['renamed', dat('', 24_594_131), 'MovieLens 1M (.dat)'],
  ['ml-1m', dat('', 265_105_635), 'MovieLens 10M (.dat)'],
  ['ml-25m-like', csv(), 'MovieLens format (CSV)'],
  ['xml-25m', csv(), 'MovieLens format (CSV)'],
  ['films', csv(), 'MovieLens format (CSV)'],
  ['films', dat(), 'MovieLens format (.dat)'],
])('%s is labelled by what it is', (name, files, label) => {
  expect(openFormat(listed(name, files), null).label).toBe(label)
})

test('the genome comes with both of its files or not at all', () => {
  const both = openFormat(listed('x', { ...csv(), 'genome-scores.csv': 1, 'genome-tags.csv': 1 }), null)
  expect([both.genome?.scores.name, both.genome?.tags.name]).toEqual(['genome-scores.csv', 'genome-tags.csv'])
  expect(openFormat(listed('x', { ...csv(), 'genome-scores.csv': 1 }), null).genome).toBeNull()
})

test('what a release tells of its users is said not to be imported', () => {
  for (const source of [
    listed('x', { ...dat(), 'users.dat': 9 }),
    listed('x', { 'u.data': 1, 'u.item': 1, 'u.user': 9 }),
  ])
    expect(openFormat(source, null).notes.map((note) => note.reason)).toEqual([
      'age, gender and occupation of the users are not imported',
    ])
})

test('the nearest ratings file is read, and the others are named', () => {
  const { ratings, notes } = openFormat(listed('x', { ...csv('a/'), ...dat('a/b/'), 'a/b/c/u.data': 1 }), null)
  expect(ratings.file.folder).toBe('a')
  expect(notes.map((note) => note.text)).toEqual(['a/b/ratings.dat', 'a/b/c/u.data'])
})

/** Every line of one text file, in order. */
async function linesOf<T>(file: TextFile<T> | null): Promise<T[]> {
  const lines: T[] = []
  const pacer = new Pacer(new AbortController().signal)
  if (file)
    await readTextFile(file, { findings: new Findings(), pacer, onBytes: () => undefined }, (l) => lines.push(l))
  return lines
}
async function opened<T>(path: string, use: (format: OpenedFormat) => Promise<T>): Promise<T> {
  const source = await openSource(path)
  try {
    return await use(openFormat(source, null))
  } finally {
    source.close()
  }
}

interface Expected {
  /** [user, movie id, stars, seconds] by user and movie. */
  ratings: number[][]
  titles: string[]
  genres: string[][]
  tags: (string | number)[][]
  links: (string | number)[][]
}
const eol = (text: string, end: string): string => text.replaceAll('\n', end)
const flags = (...on: number[]): string => Array.from({ length: 19 }, (_, g) => (on.includes(g) ? 1 : 0)).join('|')

const copies: [name: string, files: Files, expected: Expected][] = [
  [
    'ml-100k',
    {
      'u.data': '196\t242\t3\t881250949\n22\t377\t1\t878887116\n196\t377\t5\t881250950',
      'u.item': Buffer.from(
        `242|Kolya (1996)|24-Jan-1997||http://us.imdb.com/M/title-exact?Kolya%20(1996)|${flags(5)}\n377|"Á bout" de souffle||||${flags(1, 18)}\n`, // prettier-ignore
        'latin1',
      ),
      'u.genre': 'unknown|0\nAction|1\n',
      'u.user': '196|49|M|writer|55105\n',
    },
    {
      ratings: [[22, 377, 1, 878887116], [196, 242, 3, 881250949], [196, 377, 5, 881250950]],
      titles: ['Kolya', '"Á bout" de souffle'],
      genres: [['Comedy'], ['Action', 'Western']],
      tags: [],
      links: [],
    },
  ],
  [
    'ml-1m',
    {
      'ratings.dat': '1::1193::5::978300760\n1::661::3::978302109\n2::1193::4::978298413\n',
      'movies.dat': Buffer.from("661::Misérables, Les (1995)::Drama|Children's\n1193::\"Who's There?\" (1975)::Drama\n", 'latin1'),
      'users.dat': '1::F::1::10::48067\n',
    },
    {
      ratings: [[1, 661, 3, 978302109], [1, 1193, 5, 978300760], [2, 1193, 4, 978298413]],
      titles: ['Misérables, Les', '"Who\'s There?"'],
      genres: [["Children's", 'Drama'], ['Drama']],
      tags: [],
      links: [],
    },
  ],
  [
    'ml-10M100K',
    {
      'ratings.dat': '1::122::5::838985046\r\n1::185::4.5::838983525\r\n7::185::0.5::838983526',
      'movies.dat': '122::Misérables: Les (1998)::Drama\n185::: the (1995)::(no genres listed)\n',
      'tags.dat': '1::122::très "bien": oui::1215184630\n',
    },
    {
      ratings: [[1, 122, 5, 838985046], [1, 185, 4.5, 838983525], [7, 185, 0.5, 838983526]],
      titles: ['Misérables: Les', ': the'],
      genres: [['Drama'], []],
      tags: [[1, 122, 'très "bien": oui', 1215184630]],
      links: [],
    },
  ],
  [
    'ml-latest-small',
    {
      'ratings.csv': eol('userId,movieId,rating,timestamp\n1,31,2.5,1260759144\n1,209171,3,1260759179\n2,31,0.5,1', '\r\n'),
      'movies.csv': 'movieId,title,genres\r\n31,"Dangerous ""Minds"", The (1995)",Drama|Sci-Fi\r\n209171,Ürün\u2028x 電影 (2019),(no genres listed)',
      'tags.csv': 'userId,movieId,tag,timestamp\n2,31,"a, ""b""\nc",1445714994\n2,209171, spaced ,1445714996\n',
      'links.csv': 'movieId,imdbId,tmdbId\n31,0112792,9909\n209171,0000001,\n',
    },
    {
      ratings: [[1, 31, 2.5, 1260759144], [1, 209171, 3, 1260759179], [2, 31, 0.5, 1]],
      titles: ['Dangerous "Minds", The', 'Ürün\u2028x 電影'],
      genres: [['Drama', 'Sci-Fi'], []],
      tags: [[2, 31, 'a, "b"\nc', 1445714994], [2, 209171, 'spaced', 1445714996]],
      links: [[31, '0112792', 9909], [209171, '0000001', 0]],
    },
  ],
] // prettier-ignore

test.each(copies)('%s is read value by value', async (name, files, expected) => {
  await inTempFolder(async (folder) => {
    const path = writeFiles(join(folder, name), files)
    await opened(path, async (format) => {
      const tags = await linesOf(format.tags)
      const links = await linesOf(format.links)
      expect(tags.map((tag) => [tag.user, tag.movieId, tag.text, tag.time])).toEqual(expected.tags)
      expect(links.map((link) => [link.movieId, link.imdbId, link.tmdbId])).toEqual(expected.links)
    })
    await imported(path, (dataset) => {
      const { movieId, title } = dataset.movies()
      const { indptr, item, rating2, time } = dataset.ratings()
      const rows = [...dataset.users].flatMap((user, u) =>
        [...item.subarray(indptr[u], indptr[u + 1])].map((m, i) => {
          const r = (indptr[u] ?? 0) + i
          return [user, movieId[m], (rating2[r] ?? 0) / 2, time[r]]
        }),
      )
      expect(rows).toEqual(expected.ratings)
      expect(title).toEqual(expected.titles)
      expect(title.map((_, m) => dataset.movie(m).genres)).toEqual(expected.genres)
    })
  })
})

test.skipIf(!hasLatestSmall)(
  `ml-latest-small: titles, tags and links equal those of csv-parse${hasLatestSmall ? '' : ` (${noDataReason})`}`,
  async () => {
    const oracle = (name: string): string[][] =>
      parse(readFileSync(join(latestSmall, name)), { from_line: 2, bom: true, record_delimiter: ['\n', '\r\n'] })
    await opened(latestSmall, async (format) => {
      const movies = await linesOf(format.movies)
      const genres = (text = ''): string[] => (text === '(no genres listed)' ? [] : text.split('|'))
      expect(movies).toEqual(oracle('movies.csv').map(([id, title, g]) => ({ movieId: Number(id), title: title?.trim(), genres: genres(g) }))) // prettier-ignore
      const tags = await linesOf(format.tags)
      expect(tags).toEqual(oracle('tags.csv').map(([user, movie, text, time]) => ({ user: Number(user), movieId: Number(movie), text: text?.trim(), time: Number(time) }))) // prettier-ignore
      const links = await linesOf(format.links)
      expect(links).toEqual(oracle('links.csv').map(([id, imdbId, tmdb]) => ({ movieId: Number(id), imdbId, tmdbId: Number(tmdb) }))) // prettier-ignore
    })
  },
)

test('a folder, a zip of it and a folder further in give the same files', async () => {
  await inTempFolder(async (folder) => {
    const inner = writeFiles(join(folder, 'a', 'ml-25m'), release())
    for (const path of [inner, join(folder, 'a'), folder])
      expect(await opened(path, (format) => Promise.resolve(format.label))).toBe('MovieLens 25M (CSV)')
  })
})
