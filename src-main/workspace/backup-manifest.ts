/** manifest.json of a backup: every file of it with its size and SHA-256. It is written last, so a folder without it is no whole backup. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { issueText, parseJson, type SchemaOf } from './schemas.ts'

export interface BackedUpFile {
  /** Below the backup's folder, with forward slashes. */
  path: string
  bytes: number
  sha256: string
}

export interface BackupManifest {
  kind: 'crossreel-backup'
  layout: 1
  /** Milliseconds since 1970. */
  madeAt: number
  /** The workspace it is a copy of. */
  workspace: string
  files: BackedUpFile[]
}

export const manifestName = 'manifest.json'

/** Names as a workspace has them: no way out of the folder, nothing that a system reads as something else. */
const path = v.pipe(
  v.string(),
  v.maxLength(500),
  v.regex(/^(?!.*(^|\/)\.)[0-9A-Za-z._@-]+(\/[0-9A-Za-z._@-]+)*$/, 'it is no path of a workspace'),
)
const schema: SchemaOf<BackupManifest> = v.strictObject({
  kind: v.literal('crossreel-backup', 'it is no backup of Crossreel'),
  layout: v.literal(1, 'it is of a newer version of Crossreel'),
  madeAt: v.number(),
  workspace: v.string(),
  files: v.array(
    v.strictObject({
      path,
      bytes: v.pipe(v.number(), v.integer(), v.minValue(0)),
      sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
    }),
  ),
})

/** @throws Error when the folder holds no whole backup that this version reads */
export function readBackupManifest(folder: string): BackupManifest {
  const place = join(folder, manifestName)
  let text: string
  try {
    text = readFileSync(place, 'utf8')
  } catch (error) {
    throw new Error(
      `${folder} is no backup of Crossreel: it has no ${manifestName}. Choose the folder whose name begins with crossreel-backup.`,
      { cause: error },
    )
  }
  return parseJson(schema, text, place)
}

/** @throws Error when a name could not be read back: found while the backup is made, not when it is needed */
export function manifestText(manifest: BackupManifest): string {
  const parsed = v.safeParse(schema, manifest)
  if (!parsed.success)
    throw new Error(`The workspace holds a file whose name cannot be backed up: ${issueText(parsed.issues)}.`)
  return `${JSON.stringify(manifest, null, 1)}\n`
}
