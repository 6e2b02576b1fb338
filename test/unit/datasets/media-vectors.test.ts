/** Vectors: a row = what lies at the path -> what is stored, or the exact sentence. */
import { expect, test } from 'vitest'
import { attachVectors } from '../../../src-main/datasets/media/vectors.ts'
import type { AttachOptions } from '../../../src-main/datasets/media/posters.ts'
import { VectorFile } from '../../../src-main/workspace/vector-file.ts'
import { type Files, zipOf } from './files.ts'
import { attached, file, linkedRelease } from './media-attached.ts'

type By = 'auto' | 'movieId' | 'imdbId' | 'tmdbId'
const attach = (options: AttachOptions): Promise<void> => attachVectors({ ...options, name: 'audio' })

async function vectorsOf(target: string): Promise<[number, number[]][]> {
  const opened = VectorFile.open(target)
  const { movieIds, rows } = await opened.read()
  expect([opened.name, opened.movies]).toEqual(['audio', movieIds.length])
  return Array.from(movieIds, (id, m) => [id, [...rows.subarray(m * opened.dim, (m + 1) * opened.dim)]])
}
const both: [number, number[]][] = [
  [10, [1, -0.5]],
  [20, [0.25, 2]],
]

test.each<[string, (folder: string) => string, [number, number[]][], By?]>([
  ['a CSV with a header', file('v.csv', 'movieId,a,b\n20,0.25,2\n10,1,-.5\n'), both],
  ['a CSV without one', file('v.csv', '20,0.25,2\n10,1,-5e-1\n'), both],
  [
    'a TSV with a mark, CRLF and no last line end',
    file('v.tsv', '\uFEFFmovieId\ta\tb\r\n20\t.25\t2\r\n10\t1.\t-0.5'),
    both,
  ],
  ['a header of column numbers', file('v.csv', 'movieId,0,1\n10,1,-0.5\n20,0.25,2\n'), both],
  ['a header whose first column has no name', file('v.csv', ',0,1\n10,1,-0.5\n20,0.25,2\n'), both],
  ['semicolons', file('v.csv', 'id;a;b\n10;1;-0.5\n20;0.25;2\n'), both],
  ['quoted fields', file('v.csv', '"movieId","a","b"\n"10","1","-0.5"\n"20"," 0.25 ","2"\n'), both],
  ['a zip with one table', file('v.zip', zipOf({ 'x/v.csv': '10,1,-0.5\n20,0.25,2\n', 'x/a.txt.jpg': 'no' })), both],
  ['IMDb ids, found out', file('v.csv', 'item,a,b\ntt0114709,1,-0.5\ntt0113497,0.25,2\n'), both],
  ['TMDB ids by the header', file('v.csv', 'tmdbId,a,b\n862,1,-0.5\n8844,0.25,2\n'), both],
  ['TMDB ids as asked', file('v.csv', '862,1,-0.5\n8844,0.25,2\n'), both, 'tmdbId'],
  ['rows of other movies', file('v.csv', '10,1,-0.5\n999,3,3\nx,3,3\n20,0.25,2\n'), both],
])('vectors from %s', async (_, make, expected, by = 'auto') => {
  const files: Files = linkedRelease()
  expect(await attached({ attach, make: [make], look: vectorsOf, files, options: { by } })).toEqual(expected)
})

test('rows of other movies are counted with their lines, and the kind of id is told', async () => {
  const make = [file('v.csv', 'movieId,a,b\n10,1,2\n999,3,3\n998,3,3\n')]
  const look = (target: string): unknown => VectorFile.open(target).findings().map((f) => [f.reason, f.count, f.treatment, f.examples[0]]) // prettier-ignore
  expect(await attached({ attach, make, look })).toEqual([
    ['vector of a movie that is not in the data set', 2, 'removed', { line: 3, text: '999' }],
    [
      'rows read by movieId, which fits the most movies',
      1,
      'kept',
      { line: 0, text: 'movieId: 1 of 3 rows, 1 movies' },
    ],
  ])
})

test('vectors of the same name are replaced whole; other numbers, another hash', async () => {
  const hashes: string[] = []
  const look = (target: string): void => void hashes.push(VectorFile.open(target).hash)
  const first = file('v.csv', '10,1,2\n20,3,4\n')
  await attached({ attach, make: [first], look })
  await attached({ attach, make: [file('w.csv', 'id,a,b\n20,3,4\n10,1,2\n')], look })
  await attached({ attach, make: [first, file('w.csv', '10,1,2,3\n')], look })
  expect(hashes[0]).toBe(hashes[1])
  expect(hashes[2]).not.toBe(hashes[0])
  const make = [first, file('w.csv', '10,1,2,3\n')]
  expect(await attached({ attach, make, look: vectorsOf })).toEqual([[10, [1, 2, 3]]])
})

test('4096 numbers are taken, whatever the width of a line', async () => {
  const numbers = Array.from({ length: 4096 }, (_, i) => Math.fround(Math.sin(i)))
  const make = [file('v.csv', `10,${numbers.join(',')}\n`)]
  expect(await attached({ attach, make, look: vectorsOf })).toEqual([[10, numbers]])
})

test.each<[string, string, By?]>([
  ['', 'v.csv holds no vector. Write a row for each movie: its id, then its numbers.'],
  ['movieId,a,b\n', 'v.csv holds no vector. Write a row for each movie: its id, then its numbers.'],
  [
    '10,1\n',
    'v.csv, line 1: 1 numbers beside the movie, where there must be 2 to 4096. Separate the columns by commas or tabs, and put the movie into the first.',
  ],
  [
    `10,${'1,'.repeat(4096)}1\n`,
    'v.csv, line 1: broken line: more than 4097 columns. A row is a movie and its numbers, 4096 at most.',
  ],
  [
    'movieId,a,b\n10,1,2\n20,1\n',
    'v.csv, line 3: 2 columns, where the first line has 3. Give every movie the same numbers.',
  ],
  ['10,1,2\n20,1,2,3\n', 'v.csv, line 2: 4 columns, where the first line has 3. Give every movie the same numbers.'],
  ...['nan', 'inf', '1e39', '', '0x10', '1 2', 'one'].map((bad): [string, string] => [
    `10,1,2\n20,1,${bad}\n`,
    `v.csv, line 2: column 3 is '${bad}', which is not a finite number. Write the number, or leave the movie out.`,
  ]),
  [
    '10,nan,nan\n',
    "v.csv, line 1: column 2 is 'nan', which is not a finite number. Write the number, or leave the movie out.",
  ],
  ['10,1,2\n20,1,2\n10,3,4\n', "v.csv, line 3: the movie '10' stands in line 1 already. Keep one row for each movie."],
  [
    '998,1,2\n999,1,2\n',
    'v.csv has no vector for a movie of this data set: none of its 2 rows fits by movieId, imdbId, tmdbId. Check that its ids are those of this release.',
  ],
  [
    '10,1,2\n20,"1,2\n',
    'v.csv, line 2: broken line: a quote is opened and never closed. A row is a movie and its numbers, 4096 at most.',
  ],
])('vectors: refuses %j', async (content, sentence, by = 'auto') => {
  const adding = attached({
    attach,
    make: [file('v.csv', content)],
    look: () => null,
    files: linkedRelease(),
    options: { by },
  })
  await expect(adding).rejects.toThrow(expect.objectContaining({ message: sentence }))
})

test('vectors by ids that the data set lacks, and an archive of something else', async () => {
  const options = { by: 'tmdbId' } as const
  await expect(
    attached({ attach, make: [file('v.csv', '862,1,2\n')], look: () => null, options, files: withoutLinks() }),
  ).rejects.toThrow('v.csv cannot be read by tmdbId: the data set came without links.csv, so it has no such ids.')
  const zip = file('v.npz', zipOf({ 'rows.npy': 'numbers' }))
  await expect(attached({ attach, make: [zip], look: () => null })).rejects.toThrow(
    'v.npz holds no table: found rows.npy. Choose one CSV or TSV file',
  )
})

function withoutLinks(): Files {
  const { 'links.csv': _links, ...files } = linkedRelease()
  return files
}

test('a cancel stops the reading, and nothing is stored', async () => {
  const cancel = new AbortController()
  const lines = Array.from({ length: 40_000 }, (_, i) => `${1000 + i},1,2`)
  const options = { signal: cancel.signal, onProgress: () => cancel.abort() }
  const make = [file('v.csv', lines.join('\n'))]
  await expect(attached({ attach, make, look: () => null, options })).rejects.toThrow('aborted')
})
