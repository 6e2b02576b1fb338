/**
 * 'MovieLens latest-small', or null. The files carry no version, so a release is known by the published length of its ratings file,
 * whatever the folder is called; any other file (latest changes, samples) by the name of its folder or zip.
 */
import type { Source, SourceFile } from '../sources/source.ts'

/** Bytes of the ratings file as GroupLens publishes it. */
const published = new Map([
  [2_483_723, 'latest-small'],
  [24_594_131, '1M'],
  [265_105_635, '10M'],
  [533_444_411, '20M'],
  [678_260_987, '25M'],
  [877_076_222, '32M'],
])

/** 'ml-10M100K' is what the zip of 10M unpacks to; 'ml-25m-like' and 'ml-25mini' are something else. */
const named = /(?:^|[^a-z0-9])ml-(latest-small|latest|\d+m|\d+k)(?:100k)?(?:\.zip)?(?: ?\(\d+\))?(?:\.zip)?$/i

export function releaseName(source: Source, ratings: SourceFile): string | null {
  const known = published.get(ratings.bytes)
  if (known !== undefined) return `MovieLens ${known}`
  for (const name of [...ratings.folder.split('/').reverse(), source.name]) {
    const release = named.exec(name)?.[1]?.toLowerCase()
    if (release !== undefined) return `MovieLens ${/^\d/.test(release) ? release.toUpperCase() : release}`
  }
  return null
}
