// The table that links users of two data sets: what it may look like, and the exact sentence for what it may not.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type LinkTable, readLinkTable } from '../../../src-main/datasets/combining/link-table.ts'
import { noTurns } from '../../../src-main/workspace/staged-database.ts'
import { temporaryFolder } from '../workspace/temporary.ts'

function read(text: string | Uint8Array): Promise<LinkTable> {
  const path = join(temporaryFolder(), 'links.csv')
  writeFileSync(path, text)
  return readLinkTable(path, ['Films', 'Books'], noTurns)
}

test.each<[string, string, number]>([
  ['CSV with a header', 'film_user,book_user\n1,10\n2,20\n', 2],
  ['CSV without a header', '1,10\n2,20\n', 1],
  ['TSV', 'film_user\tbook_user\n1\t10\n2\t20\n', 2],
  ['semicolons and CRLF', 'a;b\r\n1;10\r\n2;20\r\n', 2],
  ['bars', '1|10\n2|20', 1],
  ['quotes, spaces and a missing final newline', '"film user","book, user"\n"1", 10\n 2 ,"20"', 2],
  ['a byte-order mark and blank lines', '\ufeff1,10\n\n2,20\n\n', 1],
])('reads %s', async (_, text, firstLine) => {
  const table = await read(text)
  expect([table.first, table.second]).toEqual([[1, 2], [10, 20]]) // prettier-ignore
  expect(table.line[0]).toBe(firstLine)
})

test('ids go up to 32 bits', async () => {
  expect((await read('4294967295,0\n')).first).toEqual([4294967295])
})

const shape = "A link table has two columns of user ids: of 'Films', then of 'Books'."
test.each<[string, string | Uint8Array, string]>([
  ['an empty file', '', `links.csv is empty. ${shape}`],
  ['blank lines', '\n\n', `links.csv is empty. ${shape}`],
  ['a header alone', 'a,b\n', `links.csv holds no link, only a header. ${shape}`],
  ['one column', '17\n18\n', `links.csv, line 1: there is one column, "17". ${shape}`],
  ['three columns', '1,10,x\n', `links.csv, line 1: there are 3 columns, "1 10 x". ${shape}`],
  [
    'a third column further down',
    '1,10\n2,20\n3,30,0.5\n',
    `links.csv, line 3: there are 3 columns, "3 30 0.5". ${shape}`,
  ],
  ['a missing column further down', '1,10\n2\n', `links.csv, line 2: there is one column, "2". ${shape}`],
  ['a word for an id', 'a,b\n1,10\nanna,20\n', `links.csv, line 3: "anna" is no user id. ${shape}`],
  ['a second header', 'a,b\nc,d\n', `links.csv, line 2: "c" is no user id. ${shape}`],
  ['half a header', 'user,10\n1,20\n', `links.csv, line 1: "user" is no user id. ${shape}`],
  ['a negative id', '1,10\n-2,20\n', `links.csv, line 2: "-2" is no user id. ${shape}`],
  ['a fraction', '1,10\n2,2.5\n', `links.csv, line 2: "2.5" is no user id. ${shape}`],
  ['scientific notation', '1,10\n2,1e3\n', `links.csv, line 2: "1e3" is no user id. ${shape}`],
  ['an id over 32 bits', '1,10\n2,4294967296\n', `links.csv, line 2: "4294967296" is no user id. ${shape}`],
  ['2^53', '1,10\n9007199254740993,2\n', `links.csv, line 2: "9007199254740993" is no user id. ${shape}`],
  ['an empty id', '1,10\n,20\n', `links.csv, line 2: "" is no user id. ${shape}`],
  [
    'bytes that are no text',
    Uint8Array.of(0, 255, 0, 254, 10),
    `links.csv, line 1: broken line: it holds a NUL byte. ${shape}`,
  ],
  [
    'a user of the first linked twice',
    'a,b\n1,10\n2,20\n1,30\n',
    "links.csv, line 4: user 1 of 'Films' is linked a second time, the first is line 2. One person is one line: take one of the two out.",
  ],
  [
    'a user of the second linked twice',
    '1,10\n2,10\n',
    "links.csv, line 2: user 10 of 'Books' is linked a second time, the first is line 1. One person is one line: take one of the two out.",
  ],
  [
    'the same line twice',
    '1,10\n1,10\n',
    "links.csv, line 2: user 1 of 'Films' is linked a second time, the first is line 1. One person is one line: take one of the two out.",
  ],
])('refuses %s', async (_, text, sentence) => {
  // prettier-ignore
  await expect(read(text)).rejects.toThrow(sentence)
})

test('a path with nothing there, and a folder', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'none.csv')
  await expect(readLinkTable(path, ['Films', 'Books'], noTurns)).rejects.toThrow(
    `There is no file or folder at ${path}. Check the path, or choose the file again.`,
  )
  await expect(readLinkTable(folder, ['Films', 'Books'], noTurns)).rejects.toThrow(
    `${folder} is no file. Choose a CSV or TSV of user ids.`,
  )
})

test('a long table is read with turns in between, and a turn that throws ends it', async () => {
  const path = join(temporaryFolder(), 'links.csv')
  writeFileSync(path, Array.from({ length: 100_000 }, (_, i) => `${i},${i + 7}`).join('\n'))
  let turns = 0
  const ending = {
    turn: (): Promise<void> => (turns++ < 2 ? Promise.resolve() : Promise.reject(new Error('cancelled'))),
  }
  expect((await readLinkTable(path, ['Films', 'Books'], noTurns)).line.at(-1)).toBe(100_000)
  await expect(readLinkTable(path, ['Films', 'Books'], ending)).rejects.toThrow('cancelled')
})
