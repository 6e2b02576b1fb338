/** Releases whose files hold what they should not. A row = the files -> what the import makes of them, or the exact refusal. */
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { type Files, insertLines, release } from './files.ts'
import { folderOf, outcomeOf } from './outcome.ts'

const files = release()
const ratings = String(files['ratings.csv'])
const movies = String(files['movies.csv'])
const good = '200 ratings, 12 movies'
const header = 'userId,movieId,rating,timestamp'
const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le')

/** Ratings with one more line, the third. */
const withLine = (line: string): Files => ({ 'ratings.csv': insertLines(ratings, 2, line) })
const asRatings = (text: string | Uint8Array): Files => ({ 'ratings.csv': text })
const asMovies = (text: string | Uint8Array): Files => ({ 'movies.csv': text })
/** What becomes of a line that is no rating. */
const removed = (reason: string): string => `${good}\nremoved ratings.csv:3 x1: ${reason}`
const wrongHeader = (found: string): string =>
  `ratings.csv, line 1: the header is "${found}", expected "${header}". Name the columns like this, in this order.`
const empty = (bytes: number): string =>
  `ratings.csv is empty: it holds no ratings (${bytes} bytes). Download the data set again.`
const aboveIds = 'id above 4,294,967,295'
const notFour = 'broken line: not the four columns user, movie, rating, timestamp'

const rows: [what: string, change: Files, outcome: string][] = [
  // encodings
  ['UTF-16 with a byte-order mark', asRatings(utf16(`\uFEFF${ratings}`)), 'ratings.csv is UTF-16 text. Save it as UTF-8 and import it again.'], // prettier-ignore
  ['UTF-16 without a byte-order mark', asMovies(utf16(movies)), 'movies.csv is UTF-16 text. Save it as UTF-8 and import it again.'], // prettier-ignore
  ['UTF-16, the other end first', asMovies(utf16(movies).swap16()), 'movies.csv is UTF-16 text. Save it as UTF-8 and import it again.'], // prettier-ignore
  ['a byte-order mark', { 'ratings.csv': `\uFEFF${ratings}`, 'movies.csv': `\uFEFF${movies}` }, good],
  ['Latin-1 titles', asMovies(Buffer.from(movies.replace('Title 3', 'Çité'), 'latin1')), `${good}\nrepaired movies.csv:0 x1: not UTF-8: read as Windows-1252 (Latin-1)`], // prettier-ignore
  ['one Latin-1 letter in UTF-8', asMovies(Buffer.concat([Buffer.from(movies.replace('Title 3', 'Élan été')), Buffer.from('500,Caf\xe9,Drama\n', 'latin1')])), `200 ratings, 13 movies\nrepaired movies.csv:14 x1: a letter that is not UTF-8: shown as \uFFFD`], // prettier-ignore
  ['gzip', asRatings(gzipSync(ratings)), 'ratings.csv is packed with gzip. Unpack it first.'],
  ['a zip called ratings.csv', asRatings('PK\x03\x04 and so on'), 'ratings.csv is a zip or a spreadsheet, not text. Unpack it, or save it as CSV.'], // prettier-ignore
  ['NUL bytes only', asRatings(Buffer.alloc(5000)), 'ratings.csv is not text: it holds NUL bytes. Choose the file as text.'], // prettier-ignore
  ['a NUL byte in a rating', withLine('1,2\0,3,4'), removed('wrong type: the movie id is not a whole number')],
  ['a NUL byte in a title', asMovies(movies.replace('120,"Title 12', '120,"Title\0')), 'movies.csv is refused: 1 of its 12 lines cannot be used. The first is line 13, "120,"Title\0, The (2002)",Action": broken line: it holds a NUL byte. Check that it is movies.csv of a MovieLens release.'], // prettier-ignore
  ['random bytes', asRatings(Buffer.from(Array.from({ length: 4000 }, (_, i) => 248 + (i % 8)))), wrongHeader(`${'\uFFFD'.repeat(200)}…`)], // prettier-ignore
  // lines
  ['a line of 10 MB', withLine('1'.repeat(10_000_000)), removed(notFour)],
  ['a title of 10 MB', asMovies(insertLines(movies, 13, ...Array.from({ length: 30 }, (_, i) => `${600 + i},More,Drama`), `700,${'x'.repeat(10_000_000)},Drama`)), `200 ratings, 42 movies\nremoved movies.csv:44 x1: broken line: it does not end`], // prettier-ignore
  ['10 MB of separators', asMovies(`${movies}${','.repeat(10_000_000)}\n`), 'movies.csv is refused: 1 of its 13 lines cannot be used. The first is line 14, "' + ','.repeat(200) + '…": broken line: it does not end. Check that it is movies.csv of a MovieLens release.'], // prettier-ignore
  ['carriage returns alone', asRatings(ratings.replaceAll('\n', '\r')), 'ratings.csv ends its lines with a carriage return alone, as old Macs did. Save it with LF or CRLF line ends.'], // prettier-ignore
  ['carriage returns alone in the movies', asMovies(movies.replaceAll('\n', '\r')), 'movies.csv ends its lines with a carriage return alone, as old Macs did. Save it with LF or CRLF line ends.'], // prettier-ignore
  ['line ends of all kinds', asRatings(ratings.replace(/\n/g, () => '\r\n').replace('\r\n', '\n')), good],
  ['blank lines', asRatings(ratings.replaceAll('\n', '\n\n')), good],
  ['no final line end', asRatings(ratings.trimEnd()), good],
  ['text behind a closing quote', asMovies(`${movies}500,"Open" door,Drama\n`), 'movies.csv is refused: 1 of its 13 lines cannot be used. The first is line 14, "500,"Open" door,Drama": broken line: text after a closing quote. Check that it is movies.csv of a MovieLens release.'], // prettier-ignore
  ['a quote never closed', asMovies(`${movies}500,"Open,Drama\n`), 'movies.csv is refused: 1 of its 13 lines cannot be used. The first is line 14, "500,"Open,Drama": broken line: a quote is opened and never closed. Check that it is movies.csv of a MovieLens release.'], // prettier-ignore
  ['quotes around everything', asRatings(ratings.replace(/[^,\n]+/g, '"$&"')), 'ratings.csv is refused: none of its first 20 lines can be used. The first is line 2, ""1","20","2","1000001000"": wrong type: the user id is not a whole number. Check that it is ratings.csv of a MovieLens release.'], // prettier-ignore
  // columns
  ['nothing', asRatings(''), empty(0)],
  ['a byte-order mark alone', asRatings('\uFEFF'), wrongHeader('')],
  ['a header alone', asRatings(`${header}\n`), empty(32)],
  ['a header without a line end', asRatings(header), empty(31)],
  ['blank lines alone', asRatings('\n\n\n'), wrongHeader('')],
  ['only broken rows', asRatings(`${header}\n${'x\n'.repeat(5)}`), `ratings.csv is refused: 5 of its 5 lines cannot be used. The first is line 2, "x": ${notFour}. Check that it is ratings.csv of a MovieLens release.`], // prettier-ignore
  ['a missing column', asRatings('userId,movieId,rating\n1,2,3\n'), wrongHeader('userId,movieId,rating')],
  ['swapped columns', asRatings(ratings.replace(header, 'movieId,userId,rating,timestamp')), wrongHeader('movieId,userId,rating,timestamp')], // prettier-ignore
  ['a header twice', asRatings(ratings.replace(header, 'userId,userId,rating,timestamp')), wrongHeader('userId,userId,rating,timestamp')], // prettier-ignore
  ['two files one behind the other', withLine(header), removed('wrong type: the user id is not a whole number')],
  ['semicolons', asRatings(ratings.replaceAll(',', ';')), wrongHeader('userId;movieId;rating;timestamp')],
  ['the movies as ratings', asRatings(movies), wrongHeader('movieId,title,genres')],
  ['a web page', asRatings('<!DOCTYPE html>\n<html>404</html>\n'), wrongHeader('<!DOCTYPE html>')],
  // values
  ['a rating of 0', withLine('1,20,0,5'), removed('rating outside 0.5 to 5')],
  ['a rating of 11', withLine('1,20,11,5'), removed('rating outside 0.5 to 5')],
  ['a rating of -1', withLine('1,20,-1,5'), removed('rating outside 0.5 to 5')],
  ['a decimal comma', withLine('1,20,5,0,5'), removed(notFour)],
  ['NaN', withLine('1,20,NaN,5'), removed('wrong type: the rating is not a number')],
  ['Infinity', withLine('1,20,Infinity,5'), removed('wrong type: the rating is not a number')],
  ['scientific notation', withLine('1,20,5e0,5'), removed('wrong type: the rating is not a number')],
  ['no rating', withLine('1,20,,5'), removed('wrong type: the rating is not a number')],
  ['blanks around values', withLine('1, 20, 4.0, 5'), removed('wrong type: the movie id is not a whole number')],
  ['an id of 2^53', withLine('9007199254740993,20,4.0,5'), removed(aboveIds)],
  ['an id of 2^32', withLine('4294967296,20,4.0,5'), removed(aboveIds)],
  ['an id of 40 digits', withLine(`${'9'.repeat(40)},20,4.0,5`), removed(aboveIds)],
  ['a negative id', withLine('-1,20,4.0,5'), removed('wrong type: the user id is not a whole number')],
  ['an id of letters', withLine('1,tt0114709,4.0,5'), removed('wrong type: the movie id is not a whole number')],
  ['digits of another script', withLine('١,20,4.0,5'), removed('wrong type: the user id is not a whole number')],
  ['milliseconds', withLine('1,20,4.0,1000000000000'), removed('timestamp outside 1970 to 2106: not seconds since 1970')], // prettier-ignore
  ['a date', withLine('1,20,4.0,2001-02-03'), removed('wrong type: the timestamp is not a whole number of seconds')],
  ['a formula', withLine('=1+1,20,4.0,5'), removed('wrong type: the user id is not a whole number')],
  ['a name of every object', asMovies(movies.replace('(no genres listed)', '__proto__|constructor')), good],
]

test.each(rows)('%s', async (_, change, outcome) => {
  expect(await outcomeOf(folderOf(release(change)))).toBe(outcome)
})
