/** Sentences for what goes wrong in a job: what it threw, and how its process ended. */
import type { JobExit } from './launcher.ts'

/** Errors of the program itself, as against what the code under it says in a sentence. */
const programErrors = ['TypeError', 'ReferenceError', 'RangeError', 'SyntaxError']

export function isProgramError(error: unknown): boolean {
  return error instanceof Error && programErrors.includes(error.name)
}

/** @param what was being done: 'Training', 'The import' */
export function failureSentence(error: unknown, what: string): string {
  if (!(error instanceof Error)) return `${what} failed: ${String(error)}`
  const code = 'code' in error ? error.code : null
  if (code === 'ENOSPC' || code === 'SQLITE_FULL' || code === 'EDQUOT') {
    return `The disk with the workspace is full; ${lower(what)} was stopped and nothing half-written was kept. Free some space and start it again.`
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return `${what} may not read or write a file (${error.message}). Check the rights of that folder.`
  }
  if (/Array buffer allocation failed|Invalid (typed array|array) length|out of memory/i.test(error.message))
    return memorySentence
  if (isProgramError(error)) {
    return `${what} met an error of Crossreel itself (${error.name}: ${error.message}). Please report it with the lines that Crossreel wrote to its log.`
  }
  return error.message
}

const memorySentence =
  'The job ran out of memory. Close other programs, or choose a smaller model, batch or data set (a higher k-core), and start it again.'

/** Why a job ended that never said so itself. */
export function exitSentence(exit: JobExit): string {
  const lines = exit.stderr.filter((line) => line.trim() !== '' && !/^Node\.js v/.test(line))
  const said = lines.find((line) => /^\s*(Uncaught )?\w*Error\b/.test(line)) ?? lines.at(-1)
  const heap = exit.stderr.some((line) => /heap out of memory|Array buffer allocation failed|bad_alloc/i.test(line))
  if (exit.reason === 'oom' || heap) return memorySentence
  if (exit.signal === 'SIGKILL' || exit.reason === 'killed') {
    return 'The job was ended from outside, most often by the system because memory ran out. Close other programs or choose a smaller model, and start it again.'
  }
  const how = exit.reason ?? (exit.signal ? `signal ${exit.signal}` : `code ${exit.code}`)
  return `The job ended without a result (${how})${said ? `; it said: ${said.trim().slice(0, 300)}` : ''}. Start it again; if it happens again, report it with this text.`
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
