/** Folders and paths that are no good. A row = what lies at the path -> what it is, or the exact sentence it is refused with. */
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { release, writeFiles } from './files.ts'
import { fileOf, folderOf, type Make, outcomeOf } from './outcome.ts'

const good = '200 ratings, 12 movies'
const long = Array.from({ length: 3 }, (_, i) => `${i}-${'x'.repeat(100)}`)
const missing =
  'The ratings file is missing in data: it holds links.csv, movies.csv, tags.csv, but no ratings.csv, ratings.dat or u.data. Add the ratings file of the same release.'

/** A release whose ratings.csv is made by `make` instead. */
const ratingsBy =
  (make: (ratings: string, folder: string) => void): Make =>
  (folder) => {
    const data = writeFiles(join(folder, 'data'), release({}, ['ratings.csv']))
    make(join(data, 'ratings.csv'), folder)
    return data
  }
const linkTo = (place: string): Make =>
  ratingsBy((path, folder) => {
    writeFiles(folder, { 'outside/ratings.csv': 'secret', 'data/inner/all.csv': String(release()['ratings.csv']) })
    symlinkSync(place, path)
  })
const only =
  (make: (path: string) => void): Make =>
  (folder) => {
    make(join(folder, 'data'))
    return join(folder, 'data')
  }

const rows: [what: string, make: Make, outcome: string][] = [
  ['a link to a file inside', linkTo('inner/all.csv'), good],
  ['a link to a file outside', linkTo('../outside/ratings.csv'), '$/data/ratings.csv is a link that leads out of the folder, to $/outside/ratings.csv. Put the file itself there.'], // prettier-ignore
  ['a link to a file of the system', linkTo('/etc/passwd'), '$/data/ratings.csv is a link that leads out of the folder, to /etc/passwd. Put the file itself there.'], // prettier-ignore
  ['a link that leads nowhere', linkTo('nothing.csv'), '$/data/ratings.csv is a link that leads nowhere. Put the file itself there.'], // prettier-ignore
  ['a link to itself', linkTo('ratings.csv'), '$/data/ratings.csv is a link that leads nowhere. Put the file itself there.'], // prettier-ignore
  ['a link to a folder', linkTo('inner'), missing.replace('tags.csv,', 'tags.csv, all.csv,')],
  ['a folder called ratings.csv', ratingsBy((path) => mkdirSync(path)), missing],
  ['the file in a folder of its name', ratingsBy((path) => writeFiles(path, { 'ratings.csv': 'x' })), 'data has ratings.csv but no movies.csv (found: ratings.csv). Put movies.csv of the same release beside it.'], // prettier-ignore
  ['a pipe', ratingsBy((path) => void execFileSync('mkfifo', [path])), '$/data/ratings.csv is a pipe, socket or device, not a file. Put the file itself there.'], // prettier-ignore
  ['the whole folder behind a link', only((path) => symlinkSync(writeFiles(`${path}-real`, release()), path)), good],
  ['a link that leads to itself', only((path) => symlinkSync(path, path)), '$/data is a link that leads back to itself. Choose the file or folder it stands for.'], // prettier-ignore
  ['a device', () => '/dev/null', '/dev/null is neither a folder nor a file. Choose a MovieLens zip or folder.'],
  ['a pipe as the source', only((path) => void execFileSync('mkfifo', [path])), '$/data is neither a folder nor a file. Choose a MovieLens zip or folder.'], // prettier-ignore
  ['a path below a file', (folder) => join(fileOf('data', 'x')(folder), 'more'), 'There is no file or folder at $/data/more. Check the path, or choose the file again.'], // prettier-ignore
  ['a path of more than 260 characters', folderOf(release(), join(...long)), good],
  ['a path that no system takes', (folder) => join(folder, 'y'.repeat(300)), `$/${'y'.repeat(300)} is too long a path for this system. Copy the data set to a folder nearer to the top.`], // prettier-ignore
  ['a name with every odd letter', folderOf(release(), '  "ml" \n – 電影 \u202e.csv'), good],
  ['too deep a folder', folderOf(Object.fromEntries(Object.entries(release()).map(([name, text]) => [`a/b/c/d/${name}`, text]))), 'data is not a MovieLens data set: it holds no files, but no ratings.csv, ratings.dat or u.data. Choose a MovieLens zip, or the folder it unpacks to.'], // prettier-ignore
  ['the junk of a Mac', folderOf({ ...release(), '__MACOSX/._ratings.csv': 'x', '.DS_Store': 'x' }), good],
  ['a file of another kind', fileOf('notes.txt', 'Dear all,'), 'notes.txt is not a MovieLens data set. Choose a MovieLens zip, the folder it unpacks to, or a table of ratings whose columns you name.'], // prettier-ignore
  ['an empty file', fileOf('empty.csv', ''), 'empty.csv is not a MovieLens data set. Choose a MovieLens zip, the folder it unpacks to, or a table of ratings whose columns you name.'], // prettier-ignore
  ['ratings.csv alone', fileOf('ratings.csv', String(release()['ratings.csv'])), 'ratings.csv alone lacks the titles of movies.csv. Choose the folder or zip that holds both, or say which of its columns is which.'], // prettier-ignore
]

test.skipIf(process.platform === 'win32').each(rows)('%s', async (_, make, outcome) => {
  expect(await outcomeOf(make)).toBe(outcome)
})

const asRoot = process.getuid?.() === 0
test.skipIf(asRoot || process.platform === 'win32')(
  `a folder and a file without read permission${asRoot ? ' (skipped: root may read everything)' : ''}`,
  async () => {
    const closed: Make = (folder) => {
      const data = folderOf(release())(folder)
      chmodSync(data, 0)
      return data
    }
    const file = ratingsBy((path) => {
      writeFileSync(path, 'x')
      chmodSync(path, 0)
    })
    const remedy = 'cannot be read: permission denied. Give yourself read access to it, or copy it elsewhere.'
    expect(await outcomeOf(closed)).toBe(`$/data ${remedy}`)
    expect(await outcomeOf(file)).toBe(`$/data/ratings.csv ${remedy}`)
  },
)

test('a disk that is full', async () => {
  expect(await outcomeOf(folderOf(release()), null, { limitBytes: 20_000 })).toMatch(
    /^The disk is full: \$\/out\/x\.db needs about .+\. Nothing was changed\. Free at least .+, or move the workspace to another disk, and try again\.$/,
  )
})
