/**
 * The pre-LayerNorm Transformer encoder over sequences that lie one behind the other: x + attention(LN(x)), then x + feedForward(LN(x)), the
 * feed-forward layers `feedForward` times as wide, and a last LayerNorm. Its parameters are named layer0.attention.norm.gain, ..., encoder.norm.bias.
 * R rows (tokens), D width.
 */
import type * as tf from '@tensorflow/tfjs-core'
import { sequenceAttention } from '../attention.ts'
import type { Sequences } from '../attention.ts'
import type { Dropout } from '../dropout.ts'
import { addDropout, geluDropout, layerNorm, linear } from '../layers.ts'
import type { ParameterSpec, ParameterTensors } from '../parameters.ts'

type Vector = tf.Tensor1D
type Matrix = tf.Tensor2D

/** Looks a parameter up; a missing one is a mistake in the specification. */
export function matrix(p: ParameterTensors, name: string): Matrix {
  const found = p[name]
  if (!found || found.rank !== 2) throw new Error(`There is no parameter matrix '${name}'.`)
  return found as Matrix // its rank was looked at
}

function vector(p: ParameterTensors, name: string): Vector {
  const found = p[name]
  if (!found || found.rank !== 1) throw new Error(`There is no parameter vector '${name}'.`)
  return found as Vector // its rank was looked at
}

export function dense(p: ParameterTensors, name: string, x: Matrix): Matrix {
  return linear(x, matrix(p, `${name}.weight`), vector(p, `${name}.bias`))
}

export function norm(p: ParameterTensors, name: string, x: Matrix): Matrix {
  return layerNorm(x, vector(p, `${name}.gain`), vector(p, `${name}.bias`))
}

/** @param gain of the normal start: standard deviation gain / sqrt(inputs) */
export function denseSpecs(name: string, inputs: number, outputs: number, gain = 1): ParameterSpec[] {
  return [
    { name: `${name}.weight`, shape: [inputs, outputs], start: { deviation: gain / Math.sqrt(inputs) } },
    { name: `${name}.bias`, shape: [outputs], start: { constant: 0 } },
  ]
}

export function normSpecs(name: string, width: number): ParameterSpec[] {
  return [
    { name: `${name}.gain`, shape: [width], start: { constant: 1 } },
    { name: `${name}.bias`, shape: [width], start: { constant: 0 } },
  ]
}

/** @param feedForward width of the feed-forward layers in times D @param gains of what attention and the feed-forward layers add to the residual path at the start */
export function encoderSpecs(
  { width: D, layers, feedForward: F = 4 }: { width: number; layers: number; feedForward?: number },
  gains: { attention: number; feedForward: number },
): ParameterSpec[] {
  const specs: ParameterSpec[] = []
  for (let l = 0; l < layers; l++) {
    specs.push(...normSpecs(`layer${l}.attention.norm`, D))
    for (const part of ['query', 'key', 'value']) specs.push(...denseSpecs(`layer${l}.attention.${part}`, D, D))
    specs.push(...denseSpecs(`layer${l}.attention.out`, D, D, gains.attention))
    specs.push(...normSpecs(`layer${l}.forward.norm`, D))
    specs.push(...denseSpecs(`layer${l}.forward.hidden`, D, F * D))
    specs.push(...denseSpecs(`layer${l}.forward.out`, F * D, D, gains.feedForward))
  }
  return [...specs, ...normSpecs('encoder.norm', D)]
}

/** @param x [R, D] @returns [R, D] */
export function encodeRows(
  p: ParameterTensors,
  x: Matrix,
  sequences: Sequences,
  { layers, heads }: { layers: number; heads: number },
  dropout: Dropout,
): Matrix {
  for (let l = 0; l < layers; l++) {
    const name = `layer${l}`
    const a = norm(p, `${name}.attention.norm`, x)
    const [q, k, v] = ['query', 'key', 'value'].map((part) => dense(p, `${name}.attention.${part}`, a))
    const mixed = sequenceAttention(q!, k!, v!, sequences, heads) // three parts, three results
    x = addDropout(x, dense(p, `${name}.attention.out`, mixed), dropout)
    const f = geluDropout(dense(p, `${name}.forward.hidden`, norm(p, `${name}.forward.norm`, x)), dropout)
    x = addDropout(x, dense(p, `${name}.forward.out`, f), dropout)
  }
  return norm(p, 'encoder.norm', x)
}
