/** Embeddings of users, items and item fields, and the first layer of the perceptron over them: what DeepFM and Wide & Deep have in common. */
import * as tf from '@tensorflow/tfjs-core'
import { linearFrozen } from '../layers.ts'
import type { ParameterSpec, ParameterTensors } from '../parameters.ts'
import { chosenRows } from './item-fields.ts'
import type { ItemField } from './item-fields.ts'
import { matrix, product, vectorOf } from './pair-forward.ts'

type Matrix = tf.Tensor2D

export interface EmbeddingShape {
  users: number
  items: number
  fields: ItemField[]
  dim: number
  /** Of the perceptron's first layer. */
  width: number
}

/** Normal start of all embeddings: small beside the perceptron's weights, so that training begins near popularity. */
const DEVIATION = 0.05

/** Shapes: embeddings [values, d], first layer [d, H] for each of the fields. */
export function embeddingSpecs({ users, items, fields, dim, width }: EmbeddingShape): ParameterSpec[] {
  const tables: [string, number][] = [['user', users], ['item', items], ...fields.map(({ name, size }): [string, number] => [name, size])] // prettier-ignore
  const deviation = Math.sqrt(2 / (dim * tables.length)) // He et al. 2015, for the concatenation
  return tables.flatMap(([name, size]) => [
    { name: `${name}.embedding`, shape: [size, dim], start: { deviation: DEVIATION } },
    { name: `deep.0.${name}`, shape: [dim, width], start: { deviation } },
  ])
}

/** Rows of the fields of some items, on the device. @returns [n, size] for each field */
export function uploadFields(fields: readonly ItemField[], ids: Int32Array): Matrix[] {
  return fields.map((field) => tf.tensor2d(chosenRows(field.rows, field.size, ids), [ids.length, field.size]))
}

/** An item's id and fields embedded; of a field with several values, their mean. @returns [n, d] for each */
export function embedItem(p: ParameterTensors, fields: readonly ItemField[], rows: readonly Matrix[]): Matrix[] {
  return [
    matrix(p, 'item.embedding'),
    ...fields.map(({ name }, k) => linearFrozen(rows[k]!, matrix(p, `${name}.embedding`))),
  ]
}

/** The item's share of the first layer, its bias included. @param embedded as `embedItem` gives them @returns [n, H] */
export function itemHidden(p: ParameterTensors, fields: readonly ItemField[], embedded: readonly Matrix[]): Matrix {
  const shares = ['item', ...fields.map(({ name }) => name)].map((name, k) =>
    product(embedded[k]!, matrix(p, `deep.0.${name}`)),
  )
  return tf.add(addUp(shares), vectorOf(p, 'deep.0.bias'))
}

/** @returns [n, H] */
export function userHidden(p: ParameterTensors): Matrix {
  return product(matrix(p, 'user.embedding'), matrix(p, 'deep.0.user'))
}

/** Linear terms of the fields: the mean of the values' weights. @param weights by the field's name [size, 1] @returns [n, 1] for each field */
export function linearTerms(p: ParameterTensors, fields: readonly ItemField[], rows: readonly Matrix[]): Matrix[] {
  return fields.map(({ name }, k) => linearFrozen(rows[k]!, matrix(p, `${name}.linear`)))
}

export function linearSpecs(fields: readonly ItemField[]): ParameterSpec[] {
  return fields.map(({ name, size }) => ({ name: `${name}.linear`, shape: [size, 1], start: { constant: 0 } }))
}

export function addUp(terms: readonly Matrix[]): Matrix {
  return terms.reduce((sum, term) => tf.add(sum, term))
}

/**
 * What popularity alone says of an item as the logit of "this pair is a positive, and no negative": ln(n / N) - ln(k / V) for n of N positives of a
 * domain of V items with k uniform negatives each. Training starts from there, so that it need not be learned first.
 * @param events rows of training events that are positives @returns [items]
 */
export function popularityLogits(
  data: { items: number; domains: { start: number; end: number }[]; train: { item: Uint32Array } },
  events: Uint32Array,
  negatives: number,
): Float32Array {
  const counts = new Float64Array(data.items).fill(0.5) // an item that nobody has still has a logarithm
  for (const row of events) counts[data.train.item[row]!]! += 1
  const logits = new Float32Array(data.items)
  for (const { start, end } of data.domains) {
    const total = counts.subarray(start, end).reduce((a, b) => a + b, 0)
    for (let i = start; i < end; i++) logits[i] = Math.log((counts[i]! * (end - start)) / (total * negatives))
  }
  return logits
}
