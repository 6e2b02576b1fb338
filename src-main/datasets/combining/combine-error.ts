/** Two data sets that cannot be combined; a sentence with its remedy. */
export class CombineError extends Error {
  override readonly name = 'CombineError'
}
