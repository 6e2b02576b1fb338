/** Plots: a row = what lies at the path -> what is stored, what is reported, or the exact sentence. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { attachPlots } from '../../../src-main/datasets/media/plots.ts'
import { PlotFile } from '../../../src-main/workspace/plot-file.ts'
import { type Files, release, zipOf } from './files.ts'
import { attached, file, linkedRelease } from './media-attached.ts'

type By = 'auto' | 'movieId' | 'imdbId' | 'tmdbId'

const plotsOf = (target: string): [number, string][] => {
  const plots = PlotFile.open(target)
  try {
    const all = [...plots.all()]
    expect(plots.count).toBe(all.length)
    for (const [id, text] of all) expect(plots.get(id)).toBe(text)
    return all
  } finally {
    plots.close()
  }
}
const found = (target: string): [string, number, number | undefined, string | undefined][] => {
  const plots = PlotFile.open(target)
  try {
    expect(plots.movies).toBe(12)
    return plots.findings().map((f) => [f.reason, f.count, f.examples[0]?.line, f.treatment])
  } finally {
    plots.close()
  }
}

const tmdbHeader = 'adult,belongs_to_collection,budget,genres,homepage,id,imdb_id,original_title,overview,popularity'
/** As TMDB's movies_metadata.csv is: quoted lists with commas, a quoted line end, a row that broke in two. */
const moviesMetadata = [
  tmdbHeader,
  `False,,30000000,"[{'id': 16, 'name': 'Animation'}, {'id': 35}]",http://x,862,tt0114709,Toy Story,"Led by Woody,\nAndy's ""toys"" live.",21.9`,
  `False,,65000000,"[{'id': 12}]",,8844,tt0113497,Jumanji,When siblings Judy and Peter discover a board game.,17.0`,
  'False,,0,[],,503,tt1000003,Three, ,1.0',
  'False,,0,[],,504,tt1000004,Four,No overview found.,1.0',
  ' - Written by Ørnås,0.065736,/ff9qCepilowshEtG2GYWwzt2bs4.jpg',
  '1,1997-08-20,0,104.0',
  'False,,0,[],,505,,Five,A film without an IMDb id.,1.0',
  ...Array.from({ length: 60 }, (_, i) => `False,,0,[],,${90_000 + i},tt${9_000_000 + i},Other ${i},Elsewhere.,1.0`),
].join('\r\n')

test.each<[string, (folder: string) => string, [number, string][], Files?, By?]>([
  [
    'a CSV by movieId',
    file('p.csv', 'movieId,overview\n10,"Led by Woody, the ""toys""\nlive."\n20,Élan\n'),
    [
      [10, 'Led by Woody, the "toys" live.'],
      [20, 'Élan'],
    ],
  ],
  [
    'TMDB ids joined through links',
    file('tmdb.csv', 'adult,id,overview\nFalse,862,A plot\nFalse,5,Another\n'),
    [[10, 'A plot']],
  ],
  ['columns in another order, a TSV', file('p.tsv', 'Overview\tmovieId\nA plot\t30\n'), [[30, 'A plot']]],
  ['semicolons, a byte-order mark, CRLF, no last line end', file('p.csv', '\uFEFFmovie_id;summary\r\n10;a, b\r\n20;c'), [[10, 'a, b'], [20, 'c']]], // prettier-ignore
  ['Latin-1', file('p.csv', Buffer.from('movieId,overview\n10,Élan\n', 'latin1')), [[10, 'Élan']]],
  ['a zip with one table', file('p.zip', zipOf({ 'a/readme.txt': 'hello', 'a/plots.csv': 'movieId,plot\n10,x\n' })), [[10, 'x']]], // prettier-ignore
  ['a table without an ending to its name', file('plots', 'movieId,text\n10,x\n'), [[10, 'x']]],
  ['IMDb ids with tt', file('p.csv', 'imdb_id,plot\ntt0114709,x\ntt0113497,y\n'), [[10, 'x'], [20, 'y']]], // prettier-ignore
  ['IMDb ids in a column called id', file('p.csv', 'id,plot\ntt0114709,x\n'), [[10, 'x']]],
  ['numbers with a point, as a column with gaps becomes', file('p.csv', 'tmdbId,plot\n862.0,x\n,y\n'), [[10, 'x']]],
  ["TMDB's own table", file('movies_metadata.csv', moviesMetadata), [[10, `Led by Woody, Andy's "toys" live.`], [20, 'When siblings Judy and Peter discover a board game.'], [50, 'A film without an IMDb id.']], linkedRelease()], // prettier-ignore
  ["TMDB's own table by IMDb id", file('movies_metadata.csv', moviesMetadata), [[10, `Led by Woody, Andy's "toys" live.`], [20, 'When siblings Judy and Peter discover a board game.']], linkedRelease(), 'imdbId'], // prettier-ignore
  ['the key asked for, though another fits more', file('p.csv', 'movieId,tmdbId,plot\n10,8844,a\n999,862,b\n'), [[10, 'a']], linkedRelease(), 'movieId'], // prettier-ignore
  ['the key that fits more', file('p.csv', 'movieId,tmdbId,plot\n10,8844,a\n999,862,b\n'), [[10, 'b'], [20, 'a']], linkedRelease()], // prettier-ignore
  ['a JSON array', file('p.json', '[\n {"movieId": 10, "overview": "a \\"b\\" {c}\\nd"},\n {"movieId": "20", "overview": "e"}\n]\n'), [[10, 'a "b" {c} d'], [20, 'e']]], // prettier-ignore
  [
    'JSON lines',
    file('p.jsonl', '{"id":862,"overview":"a","genres":[{"id":1}]}\n\n{"id":5,"overview":"b"}\n'),
    [[10, 'a']],
  ],
  ['JSON under another name', file('p.txt', '  [{"Imdb_ID":"tt0114709","Plot":"a"}]'), [[10, 'a']]],
  ['JSON in a zip', file('p.zip', zipOf({ 'x/p.ndjson': '{"movieId":10,"overview":"a"}' })), [[10, 'a']]],
])('plots from %s', async (_, make, expected, files, by = 'auto') => {
  const options = { attach: attachPlots, make: [make], look: plotsOf, options: { by } }
  expect(await attached({ ...options, ...(files ? { files } : {}) })).toEqual(expected)
})

test('plots: what is left out is reported with its line', async () => {
  const lines = [
    'movieId,overview',
    '10,a',
    '10,b',
    '20,',
    '999,c',
    ...Array.from({ length: 40 }, () => '30,d'),
    'x,e',
    '7',
  ]
  lines.push(`40,${'long '.repeat(5000)}`)
  const result = await attached({ attach: attachPlots, make: [file('p.csv', lines.join('\n'))], look: found })
  expect(result).toEqual([
    ['broken line: not the 2 columns of the header', 1, 47, 'removed'],
    ['second plot of a movie: the first is kept', 40, 3, 'removed'],
    ['empty plot', 1, 4, 'removed'],
    ['plot of a movie that is not in the data set', 1, 5, 'removed'],
    ['wrong type: the movieId is not a whole number', 1, 46, 'removed'],
    ['plot of more than 20000 letters: cut off there', 1, 48, 'repaired'],
    ['rows read by movieId, which fits the most movies', 44, 0, 'kept'],
  ])
})

test("TMDB's own table: the rows that broke are reported, and how well each id fits", async () => {
  const look = (target: string): unknown => {
    const plots = PlotFile.open(target)
    const examples = plots.findings().map((f) => [f.reason, f.count, f.examples.map((e) => e.text)] as const)
    plots.close()
    return [found(target), examples.at(-1)]
  }
  const make = [file('movies_metadata.csv', moviesMetadata)]
  expect(await attached({ attach: attachPlots, make, look, files: linkedRelease() })).toEqual([
    [
      ['broken line: not the 10 columns of the header', 2, 7, 'removed'],
      ['empty plot', 2, 5, 'removed'],
      ['plot of a movie that is not in the data set', 60, 10, 'removed'],
      ['rows read by tmdbId, which fits the most movies', 5, 0, 'kept'],
    ],
    [
      'rows read by tmdbId, which fits the most movies',
      5,
      ['movieId: 0 of 65 rows, 0 movies', 'imdbId: 4 of 65 rows, 4 movies', 'tmdbId: 5 of 65 rows, 5 movies'],
    ],
  ])
})

test('a second table: its plots win, the others stay, and the report says so', async () => {
  const make = [file('a.csv', 'movieId,plot\n10,a\n20,a\n'), file('b.csv', 'movieId,plot\n20,b\n30,b\n')]
  const look = (target: string): unknown => [plotsOf(target), found(target).map(([reason, count]) => [reason, count])]
  expect(await attached({ attach: attachPlots, make, look })).toEqual([
    [
      [10, 'a'],
      [20, 'b'],
      [30, 'b'],
    ],
    [
      ['rows read by movieId, which fits the most movies', 2],
      ['earlier plots kept, for movies this table has none of', 1],
      ['earlier plots replaced by those of this table', 1],
      ['rows read by movieId, which fits the most movies', 2],
    ],
  ])
})

const noLinks = release({}, ['links.csv'])
const jsonRemedy =
  'Write an array of objects, or one object a line, each with a movieId (or imdbId, tmdbId, id) and an overview (or plot, summary, description, text).'

test.each<[string, (folder: string) => string, string, Files?, By?]>([
  [
    'another table',
    file('p.csv', 'a,b\n1,2\n'),
    'p.csv, line 1: the header is "a,b", but a table of plots has a column movieId (or imdbId, tmdbId, id) and a column overview (or plot, summary, description, text). Name its columns like this.',
  ],
  [
    'a table without a key',
    file('p.csv', 'title,overview\nToy Story,a\n'),
    'p.csv, line 1: no column names the movies: it has title, overview. Name that column movieId, imdbId, tmdbId or id.',
  ],
  [
    'a table without a text',
    file('p.csv', 'movieId,title\n10,a\n'),
    'p.csv, line 1: no column holds the plots: it has movieId, title. Name that column overview, plot, summary, description or text.',
  ],
  ['an empty file', file('p.csv', ''), 'p.csv is empty (0 bytes). Get the file again.'],
  [
    'a header alone',
    file('p.csv', 'movieId,overview\n'),
    'p.csv has no plot for a movie of this data set: none of its 0 rows fits by movieId. Check that its ids are those of this release.',
  ],
  [
    'UTF-16',
    file('p.csv', Buffer.from('\uFEFFmovieId,overview\n10,a\n', 'utf16le')),
    'p.csv is UTF-16 text. Save it as UTF-8.',
  ],
  [
    'bytes that are no text',
    file('p.csv', Buffer.from([1, 0, 2, 0, 3])),
    'p.csv is no text: it holds NUL bytes. Choose a CSV, TSV or JSON file.',
  ],
  [
    'a zip without a table',
    file('p.zip', zipOf({ 'a.jpg': 'x' })),
    'p.zip holds no table of plots: found a.jpg. Choose a CSV, TSV or JSON file with a column movieId (or imdbId, tmdbId, id) and a column overview (or plot, summary, description, text).',
  ],
  [
    'a zip with other tables',
    file('p.zip', zipOf({ 'a.csv': 'x,y\n', 'b.csv': 'x,y\n' })),
    'p.zip holds no table of plots: found a.csv, b.csv. Choose a CSV, TSV or JSON file with a column movieId (or imdbId, tmdbId, id) and a column overview (or plot, summary, description, text).',
  ],
  [
    'ids of another catalogue',
    file('p.csv', 'movieId,overview\n7,x\n'),
    'p.csv has no plot for a movie of this data set: none of its 1 rows fits by movieId. Check that its ids are those of this release.',
  ],
  [
    'empty texts',
    file('p.csv', 'movieId,overview\n10,\n20, \n'),
    'p.csv has no plot: in the rows that name a movie of this data set the text is empty.',
  ],
  [
    'TMDB ids without links',
    file('p.csv', 'tmdbId,overview\n862,x\n'),
    'p.csv lists movies by tmdbId, but the data set came without links.csv. Use a table with movieId and overview, or import the data set with its links.csv.',
    noLinks,
  ],
  [
    'a key that the data set has not',
    file('p.csv', 'imdbId,overview\n1,x\n'),
    'p.csv cannot be read by imdbId: the data set came without links.csv, so it has no such ids. Use a table with movieId and overview, or import the data set with its links.csv.',
    noLinks,
    'imdbId',
  ],
  [
    'a key that the table has not',
    file('p.csv', 'movieId,overview\n10,x\n'),
    'p.csv, line 1: no column holds the imdbId; there is movieId. Choose that, or let Crossreel find it out.',
    undefined,
    'imdbId',
  ],
  [
    'mostly broken rows',
    file('p.csv', 'movieId,overview\n10,a\n10\n20\n'),
    'p.csv is refused: 2 of its 3 lines cannot be used. The first is line 3, "10": broken line: not the 2 columns of the header. Check that it is a table of plots with one movie in each row.',
  ],
  [
    'JSON that is no list',
    file('p.json', '"movieId"'),
    `p.json, line 1: it begins with neither [ nor {. ${jsonRemedy}`,
  ],
  [
    'JSON of numbers',
    file('p.json', '[1, 2]'),
    'p.json is refused: 2 of its 2 lines cannot be used. The first is line 1, "1": broken line: not an object. Check that it is a table of plots with one movie in each row.',
  ],
  [
    'JSON without ids',
    file('p.json', '[{"title":"a","overview":"b"}]'),
    'p.json is refused: 1 of its 1 lines cannot be used. The first is line 1, "{"title":"a","overview":"b"}": broken line: no field names the movie (movieId, imdbId, tmdbId or id). Check that it is a table of plots with one movie in each row.',
  ],
  [
    'JSON without texts',
    file('p.json', '[{"movieId":10,"title":"b"}]'),
    'p.json has no plot: in the objects that name a movie of this data set the text is empty.',
  ],
  [
    'JSON in a wrapper',
    file('p.json', '{"movies":[{"movieId":10,"overview":"b"}]}'),
    'p.json is refused: 1 of its 1 lines cannot be used. The first is line 1, "{"movies":[{"movieId":10,"overview":"b"}]}": broken line: no field names the movie (movieId, imdbId, tmdbId or id). Check that it is a table of plots with one movie in each row.',
  ],
  [
    'a JSON array that is cut off',
    file('p.json', '[{"movieId":10,"overview":"b"},\n{"movieId":20,"ove'),
    `p.json, line 2: its array does not end: the file is cut off. ${jsonRemedy}`,
  ],
  [
    'a JSON object without end',
    file('p.json', `[{"movieId":10,\n"overview":"${'x'.repeat(3e6)}"}]`),
    `p.json, line 1: an object is longer than 1 MB. ${jsonRemedy}`,
  ],
  ['an empty JSON', file('p.json', ' \n'), `p.json, line 1: it is empty. ${jsonRemedy}`],
  ['a missing file', (folder) => join(folder, 'none.csv'), 'none.csv. Check the path, or choose the file again.'],
])('plots: refuses %s', async (_, make, sentence, files, by = 'auto') => {
  // prettier-ignore
  const adding = attached({ attach: attachPlots, make: [make], look: () => null, options: { by }, ...(files ? { files } : {}) }) // prettier-ignore
  await expect(adding).rejects.toThrow(sentence)
})

test('a large table is read in pieces; a cancel leaves nothing', async () => {
  const cancel = new AbortController()
  const make = (folder: string): string => {
    const path = join(folder, 'p.json')
    writeFileSync(
      path,
      `[${`{"movieId":10,"overview":"${'x'.repeat(1000)}"},\n`.repeat(5000)}{"movieId":20,"overview":"y"}]`,
    )
    return path
  }
  expect(await attached({ attach: attachPlots, make: [make], look: (target) => plotsOf(target).length })).toBe(2)
  const onProgress = ({ fraction }: { fraction: number | null }): void => {
    if ((fraction ?? 0) > 0.4) cancel.abort()
  }
  const adding = attached({ attach: attachPlots, make: [make], look: () => null, options: { signal: cancel.signal, onProgress } }) // prettier-ignore
  await expect(adding).rejects.toMatchObject({ name: 'AbortError' })
})
