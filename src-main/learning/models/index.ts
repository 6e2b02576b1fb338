/** Every model there is; the form, the command line, the documentation and the jobs read this one list. */
import type { ModelDefinition } from '../model.ts'
import { ease } from './ease.ts'
import { ials } from './ials.ts'
import { popularity } from './popularity.ts'
import { transformer } from './transformer.ts'

export const models: ModelDefinition[] = [popularity, ease, ials, transformer]

/** @throws when no model has the id; the sentence lists those there are. */
export function modelById(id: string): ModelDefinition {
  const found = models.find((m) => m.id === id)
  if (!found) throw new Error(`There is no model '${id}'. Choose one of: ${models.map((m) => m.id).join(', ')}.`)
  return found
}
