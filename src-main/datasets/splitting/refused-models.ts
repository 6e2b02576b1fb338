/** Which models a protocol cannot ask. Pure. */
import type { ModelInfo, ProtocolSpec } from '../../../src-preload/contract.ts'
import { ProtocolError } from './protocol-error.ts'

/** @throws ProtocolError when the model would have to rank for users it was not trained with, and cannot */
export function refuseModel(
  { label, newUsers }: Pick<ModelInfo, 'label' | 'newUsers'>,
  { split }: Pick<ProtocolSpec, 'split'>,
): void {
  if (split !== 'strong-generalisation' || newUsers) return
  throw new ProtocolError(
    `'${label}' knows only users that it was trained on, and under strong generalisation the users of the test part are others. Leave it out, or choose another split.`,
  )
}
