/** The protocol leaves nothing to learn from or to ask for, or a model cannot answer it; a sentence with its remedy. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError'
}
