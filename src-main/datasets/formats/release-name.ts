/** 'MovieLens latest-small' from the folder or zip name; null when the name says nothing. The files themselves carry no version. */
import type { Source, SourceFile } from '../source.ts'

export function releaseName(source: Source, ratings: SourceFile): string | null {
  for (const name of [ratings.folder, source.name]) {
    const release = /\bml-(latest-small|latest|\d+m|\d+k)\b/i.exec(name)?.[1]?.toLowerCase()
    if (release !== undefined) return `MovieLens ${/^\d/.test(release) ? release.toUpperCase() : release}`
  }
  return null
}
