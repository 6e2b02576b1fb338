// Names inside an archive never become paths: whatever they say, nothing is written outside of the one file that was asked for.
import { existsSync, readdirSync, statSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { importDataset, recogniseSource } from '../../src-main/datasets/importing/import.ts'
import { attachPosters } from '../../src-main/datasets/media/posters.ts'
import { inTempFolder, release, writeFiles, zipOf } from '../unit/datasets/files.ts'

const evil = ['../evil.csv', '/tmp/crossreel-evil.csv', '..\\evil.csv', 'ml/../../evil.csv', 'C:\\evil.csv']
const quiet = { signal: new AbortController().signal, onProgress: () => {} }

/** Every file below, by its path and size. */
function listing(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => `${path} ${statSync(path).size}`)
    .sort()
}

test.each(evil)('a data set with the entry %s is refused or imported, and writes its one file at most', (name) =>
  inTempFolder(async (folder) => {
    const inner = join(folder, 'a', 'b')
    const source = join(inner, 'ml.zip')
    writeFiles(inner, { 'ml.zip': zipOf({ ...release(), [name]: 'movieId\n1\n' }) })
    const before = listing(folder)
    const target = join(inner, 'target.db')
    await recogniseSource(source).catch(() => null)
    await importDataset({
      source,
      target,
      datasetId: 'ds-0000000000000000',
      name: 'Evil',
      synthetic: false,
      ...quiet,
    }).catch(() => null)
    const made = listing(folder).filter((path) => !before.includes(path))
    expect(made.filter((path) => !path.startsWith(`${target} `))).toEqual([])
    expect(existsSync('/tmp/crossreel-evil.csv')).toBe(false)
  }),
)

test.each(['../1.jpg', '/tmp/1.jpg', '..\\1.jpg', 'a/../../1.jpg'])(
  'a poster called %s writes its one file at most',
  (name) =>
    inTempFolder(async (folder) => {
      const inner = join(folder, 'a', 'b')
      const jpeg = await sharp({ create: { width: 16, height: 24, channels: 3, background: '#123456' } })
        .jpeg()
        .toBuffer()
      writeFiles(inner, { 'ml.zip': zipOf(release()), 'posters.zip': zipOf({ [name]: jpeg }) })
      const datasetPath = join(inner, 'ds.db')
      await importDataset({
        source: join(inner, 'ml.zip'),
        target: datasetPath,
        datasetId: 'ds-0000000000000000',
        name: 'Small',
        synthetic: false,
        ...quiet,
      })
      const before = listing(folder)
      const target = join(inner, 'posters.db')
      await attachPosters({ source: join(inner, 'posters.zip'), datasetPath, target, ...quiet }).catch(() => null)
      const made = listing(folder).filter((path) => !before.includes(path))
      expect(made.filter((path) => !path.startsWith(`${target} `))).toEqual([])
    }),
)

test.skipIf(process.platform === 'win32')('a link in a folder never brings in what lies outside of it', () =>
  inTempFolder(async (folder) => {
    const secret = String(release()['ratings.csv'])
    const source = writeFiles(join(folder, 'ml'), release({}, ['ratings.csv']))
    writeFiles(folder, { 'private/notes.csv': secret, 'private/ratings.csv': secret })
    for (const place of ['../private/notes.csv', join(folder, 'private', 'notes.csv')]) {
      symlinkSync(place, join(source, 'ratings.csv'))
      const target = join(folder, 'target.db')
      await expect(
        importDataset({ source, target, datasetId: 'ds-0000000000000000', name: 'Link', synthetic: false, ...quiet }),
      ).rejects.toThrow('is a link that leads out of the folder')
      expect(existsSync(target)).toBe(false)
      unlinkSync(join(source, 'ratings.csv'))
    }
    symlinkSync('../private', join(source, 'inner')) // a linked folder is not entered
    await expect(recogniseSource(source)).rejects.toThrow('The ratings file is missing in ml')
  }),
)

test('a zip that promises little and holds much is not taken at its word', () =>
  inTempFolder(async (folder) => {
    // 64 MiB of one letter deflate to some kilobytes; as a ratings file it is one endless line
    const bomb = zipOf({ ...release(), 'ratings.csv': Buffer.alloc(64 * 2 ** 20, 'a') })
    const source = join(folder, 'bomb.zip')
    writeFileSync(source, bomb)
    expect(bomb.length).toBeLessThan(2 ** 20)
    const target = join(folder, 'target.db')
    await expect(
      importDataset({ source, target, datasetId: 'ds-0000000000000000', name: 'Bomb', synthetic: false, ...quiet }),
    ).rejects.toThrow(/ratings\.csv/)
    expect(readdirSync(dirname(target)).filter((file) => file !== 'bomb.zip')).toEqual([])
  }))
