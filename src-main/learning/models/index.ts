/** Every model there is; the form, the command line, the documentation and the jobs read this one list. */
import type { ModelDefinition } from '../model.ts'
import { biasedMf } from './biased-mf.ts'
import { bpr } from './bpr.ts'
import { deepfm } from './deepfm.ts'
import { ease } from './ease.ts'
import { ials } from './ials.ts'
import { itemKnn } from './item-knn.ts'
import { lightgcn } from './lightgcn.ts'
import { mvcnn } from './mvcnn.ts'
import { popularity } from './popularity.ts'
import { rp3beta } from './rp3beta.ts'
import { sasrec } from './sasrec.ts'
import { transformer } from './transformer.ts'
import { userKnn } from './user-knn.ts'
import { vbpr } from './vbpr.ts'
import { wideDeep } from './wide-deep.ts'

export const models: ModelDefinition[] = [
  popularity,
  itemKnn,
  userKnn,
  rp3beta,
  biasedMf,
  ease,
  ials,
  bpr,
  deepfm,
  wideDeep,
  mvcnn,
  sasrec,
  vbpr,
  lightgcn,
  transformer,
]

/** @throws when no model has the id; the sentence lists those there are. */
export function modelById(id: string): ModelDefinition {
  const found = models.find((m) => m.id === id)
  if (!found) throw new Error(`There is no model '${id}'. Choose one of: ${models.map((m) => m.id).join(', ')}.`)
  return found
}
