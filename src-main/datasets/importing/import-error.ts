/**
 * What stops an import, as a sentence with its place and its remedy. Everything the machine may answer on the way (no such file, no
 * permission, no space) is turned into one here.
 */
import { dirname } from 'node:path'
import { DiskFullError } from '../../workspace/staged-database.ts'

export class ImportError extends Error {
  override readonly name = 'ImportError'
  /** Base name of the file the sentence is about, and the line where there is one. */
  readonly file: string | null
  readonly line: number | null

  constructor(message: string, place: { file?: string; line?: number; cause?: unknown } = {}) {
    super(message, { cause: place.cause })
    this.file = place.file ?? null
    this.line = place.line ?? null
  }
}

/**
 * The sentence for an error met while reading `source` or writing `target`; a cancel and an ImportError pass unchanged.
 * An error without a known code is a defect of Crossreel and passes unchanged as well.
 */
export function asImportError(error: unknown, source: string, target?: string): unknown {
  if (error instanceof ImportError) return error
  if (error instanceof DiskFullError) return new ImportError(error.message, { cause: error })
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const path = error instanceof Error && 'path' in error && typeof error.path === 'string' ? error.path : source
  const folder = dirname(target ?? '')
  if (target !== undefined && (cannotWrite.has(code) || path.startsWith(folder)))
    return new ImportError(
      `The workspace folder ${folder} cannot be written (${code}). Give yourself write access to it, or move the workspace.`,
      { cause: error },
    )
  const remedy = cannotRead.get(code)
  return remedy === undefined ? error : new ImportError(remedy(path), { cause: error })
}

const cannotWrite = new Set([
  'EROFS',
  'SQLITE_CANTOPEN',
  'SQLITE_READONLY',
  'SQLITE_READONLY_DIRECTORY',
  'SQLITE_IOERR',
])

const denied = (path: string): string =>
  `${path} cannot be read: permission denied. Give yourself read access to it, or copy it elsewhere.`
const busy = (path: string): string =>
  `${path} cannot be read: the disk or another program refuses it. Copy it elsewhere and try again.`
const tooLong = (path: string): string =>
  `${path} is too long a path for this system. Copy the data set to a folder nearer to the top.`
const loop = (path: string): string =>
  `${path} is a link that leads back to itself. Choose the file or folder it stands for.`
const missing = (path: string): string =>
  `There is no file or folder at ${path}. Check the path, or choose the file again.`

const cannotRead = new Map([
  ['ENOENT', missing],
  ['ENOTDIR', missing],
  ['EACCES', denied],
  ['EPERM', denied],
  ['EIO', busy],
  ['EBUSY', busy],
  ['EMFILE', busy],
  ['ENXIO', busy],
  ['ENAMETOOLONG', tooLong],
  ['ELOOP', loop],
])
