/** A number from this data would be wrong; the sentence says why. */
export class LeakError extends Error {
  override readonly name = 'LeakError'
}
