import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseDomainLists, readDomainLists } from '../../../src-main/datasets/domains/domain-lists.ts'
import { DomainError } from '../../../src-main/datasets/domains/domains.ts'
import { inTempFolder } from './files.ts'

const known = Uint32Array.of(1, 2, 3, 50)
const parse = (text: string): unknown => parseDomainLists(text, 'mine.csv', known, 'mine')

test.each([
  ['LF', 'movieId,domain\n3,B\n1,A\n50,A\n'],
  ['CRLF, quotes, blanks, small letters', '"movieId","domain"\r\n3, b\r\n"1","A"\r\n50,a'],
  ['other columns, another order, a byte-order mark', '\uFEFFdomain,title,movieId\nB,"One, two",3\nA,x,1\nA,y,50\n'],
  ['tabs and blank lines', 'movieId\tdomain\n\n3\tB\n1\tA\n\n50\tA\n'],
  ['a movie twice in the same domain', 'movieId;domain\n3;B\n1;A\n50;A\n1;A\n'],
])('reads a table with %s', (_, text) => {
  expect(parse(text)).toEqual({ kind: 'lists', name: 'mine', a: [1, 50], b: [3] })
})

test.each([
  [
    'no header',
    '1,A\n2,B\n',
    'mine.csv, line 1: the header is "1,A", expected "movieId,domain". Name the columns like this.',
  ],
  ['nothing', '', 'mine.csv, line 1: the header is "", expected "movieId,domain". Name the columns like this.'],
  [
    'an unknown movie',
    'movieId,domain\n1,A\n4,B\n',
    'mine.csv, line 3: the data set has no movie 4. Use the movie ids of this data set.',
  ],
  [
    'a movie in both',
    'movieId,domain\n1,A\n2,B\n1,B\n',
    'mine.csv, line 4: movie 1 is in both domains: line 2 puts it into A. Take one of the lines out.',
  ],
  ['another letter', 'movieId,domain\n1,A\n2,C\n', 'mine.csv, line 3: there is no domain "C". Write A or B.'],
  ['no letter', 'movieId,domain\n1\n', 'mine.csv, line 2: there is no domain "". Write A or B.'],
  [
    'no id',
    'movieId,domain\nToy Story,A\n',
    'mine.csv, line 2: "Toy Story" is no movie id. Write the whole number of the movie.',
  ],
  [
    'a negative id',
    'movieId,domain\n-1,A\n',
    'mine.csv, line 2: "-1" is no movie id. Write the whole number of the movie.',
  ],
  [
    'an empty side',
    'movieId,domain\n1,A\n',
    'mine.csv puts no movie into domain B. Give each domain at least one movie.',
  ],
  [
    'a quote that never closes',
    'movieId,domain\n1,A\n2,"B\n',
    'mine.csv, line 3: broken line: a quote is opened and never closed. Put every movie on a line of its own.',
  ],
])('refuses a table with %s', (_, text, sentence) => {
  expect(() => parse(text)).toThrow(new DomainError(sentence))
})

test('reads a file, and says when there is none', async () => {
  await inTempFolder(async (folder) => {
    const path = join(folder, 'mine.csv')
    writeFileSync(path, 'movieId,domain\n1,A\n2,B\n')
    expect(await readDomainLists(path, known, 'mine')).toEqual({ kind: 'lists', name: 'mine', a: [1], b: [2] })
    await expect(readDomainLists(join(folder, 'none.csv'), known, 'x')).rejects.toThrow(
      /^There is no file or folder at /,
    )
  })
})
