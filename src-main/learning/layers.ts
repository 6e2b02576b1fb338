/**
 * Differentiable layers written as forward and gradient side by side. Stock operations with autodiff would do the same, but they keep far
 * more intermediate tensors. Where the backend has a layer as one operation (backends/own.ts) that is used; else the layer is composed.
 * Shapes: T rows (tokens), D width. Every argument in `inputs` gets a gradient; what needs none is only saved.
 */
import * as tf from '@tensorflow/tfjs-core'
import { hasOwnOperations, runOwn } from './backends/own.ts'
import { dropoutTensor } from './dropout.ts'
import type { Dropout } from './dropout.ts'

interface Differentiable {
  value: tf.Tensor
  /** One gradient for every input, in their order. `saved` are the tensors given to `save`, in theirs. */
  gradient(dy: tf.Tensor2D, saved: tf.Tensor2D[]): tf.Tensor[]
}

/** tf.customGrad with its loosely typed arguments made explicit in one place. */
export function differentiable(
  inputs: tf.Tensor[],
  forward: (save: (tensors: tf.Tensor[]) => void) => Differentiable,
): tf.Tensor2D {
  return tf.customGrad<tf.Tensor2D>((...args) => {
    const save = args.at(-1) as tf.GradSaveFunc
    const { value, gradient } = forward(save)
    return {
      value: value as tf.Tensor2D,
      gradFunc: (dy: tf.Tensor2D, saved: tf.Tensor[]) => {
        const gradients = gradient(dy, saved as tf.Tensor2D[])
        tf.dispose([dy, ...saved]) // nothing reads them again; TensorFlow.js would keep them until the last layer is done
        return gradients
      },
    }
  })(...inputs)
}

/** x w + b. @param x [T, D] @param w [D, E] @param b [E] @returns [T, E] */
export function linear(x: tf.Tensor2D, w: tf.Tensor2D, b: tf.Tensor1D): tf.Tensor2D {
  return differentiable([x, w, b], (save) => {
    save([x, w])
    return {
      value: tf.fused.matMul({ a: x, b: w, bias: b }),
      gradient: (dy, [x, w]) => [tf.matMul(dy, w!, false, true), tf.matMul(x!, dy, true), tf.sum(dy, 0)],
    }
  })
}

/** x w for an input that is no parameter, so that its gradient [T, F] is never computed. @param x [T, F] @param w [F, D] */
export function linearFrozen(x: tf.Tensor2D, w: tf.Tensor2D): tf.Tensor2D {
  return differentiable([w], (save) => {
    save([x])
    return { value: tf.matMul(x, w), gradient: (dy, [x]) => [tf.matMul(x!, dy, true)] }
  })
}

/** a b^T. @param a [T, D] @param b [V, D] @returns [T, V] */
export function innerProducts(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  return differentiable([a, b], (save) => {
    save([a, b])
    return {
      value: tf.matMul(a, b, false, true),
      gradient: (dy, [a, b]) => [tf.matMul(dy, b!), tf.matMul(dy, a!, true)],
    }
  })
}

/** Layer normalisation (Ba, Kiros, Hinton 2016). @param x [T, D] @param gain [D] @param bias [D] */
export function layerNorm(x: tf.Tensor2D, gain: tf.Tensor1D, bias: tf.Tensor1D, epsilon = 1e-5): tf.Tensor2D {
  if (hasOwnOperations())
    return differentiable([x, gain, bias], (save) => {
      const [value, mean, scale] = runOwn('LayerNorm', { x, gain, bias }, { epsilon })
      save([x, gain, mean!, scale!])
      return {
        value: value!,
        gradient: (dy, [x, gain, mean, scale]) =>
          runOwn('LayerNormGradient', { x: x!, gain: gain!, mean: mean!, scale: scale!, dy }),
      }
    })
  return differentiable([x, gain, bias], (save) => {
    const centred = tf.sub(x, tf.mean(x, 1, true))
    const scale = tf.rsqrt(tf.add(tf.mean(tf.square(centred), 1, true), epsilon)) // [T, 1]
    const unit = tf.mul(centred, scale)
    save([unit, scale, gain])
    return {
      value: tf.add(tf.mul(unit, gain), bias),
      gradient: (dy, [unit, scale, gain]) => {
        const dUnit = tf.mul(dy, gain!)
        const along = tf.mul(unit!, tf.mean(tf.mul(dUnit, unit!), 1, true))
        const dx = tf.mul(scale!, tf.sub(tf.sub(dUnit, tf.mean(dUnit, 1, true)), along))
        return [dx, tf.sum(tf.mul(dy, unit!), 0), tf.sum(dy, 0)]
      },
    }
  })
}

const GELU_SCALE = 2 * Math.sqrt(2 / Math.PI)
const GELU_CUBIC = 0.044715

/**
 * dropout(gelu(x)) with GELU in its tanh form (Hendrycks, Gimpel 2016, section 2), written as x sigmoid(2u), u = sqrt(2/pi) (x + 0.044715 x^3): a
 * sigmoid is far cheaper than erf or tanh. The derivative is worked out on the way forward, where its parts are at hand.
 */
export function geluDropout(x: tf.Tensor2D, dropout: Dropout): tf.Tensor2D {
  const { rate } = dropout
  const seed = rate > 0 ? dropout.nextSeed() : 0
  if (hasOwnOperations())
    return differentiable([x], (save) => {
      const [value, derivative] = runOwn('GeluDropout', { x }, { seed, rate })
      save([derivative!])
      return { value: value!, gradient: (dy, [derivative]) => runOwn('Multiply', { a: dy, b: derivative! }) }
    })
  return differentiable([x], (save) => {
    const square = tf.square(x)
    const gate = tf.sigmoid(tf.mul(tf.mul(x, GELU_SCALE), tf.add(tf.mul(square, GELU_CUBIC), 1)))
    const value = tf.mul(x, gate)
    const slope = tf.mul(tf.add(tf.mul(square, 3 * GELU_CUBIC), 1), GELU_SCALE) // d(2u)/dx
    const derivative = tf.add(gate, tf.mul(tf.mul(value, tf.sub(1, gate)), slope))
    const mask = rate > 0 ? dropoutTensor(x.shape, seed, rate) : null
    save([mask ? tf.mul(derivative, mask) : derivative])
    return {
      value: mask ? tf.mul(value, mask) : value,
      gradient: (dy, [derivative]) => [tf.mul(dy, derivative!)],
    }
  })
}

/** residual + dropout(x). The mask is made again for the gradient. @param x [T, D] @param residual [T, D] */
export function addDropout(residual: tf.Tensor2D, x: tf.Tensor2D, dropout: Dropout): tf.Tensor2D {
  const { rate } = dropout
  if (rate === 0) return tf.add(residual, x)
  const seed = dropout.nextSeed()
  if (hasOwnOperations())
    return differentiable([residual, x], () => ({
      value: runOwn('AddDropout', { residual, x }, { seed, rate })[0]!,
      gradient: (dy) => [tf.clone(dy), ...runOwn('AddDropout', { x: dy }, { seed, rate })],
    }))
  const drop = (y: tf.Tensor2D): tf.Tensor2D => tf.mul(y, dropoutTensor(y.shape, seed, rate))
  return differentiable([residual, x], () => ({
    value: tf.add(residual, drop(x)),
    gradient: (dy) => [tf.clone(dy), drop(dy)],
  }))
}

/** Rows of x; the gradient adds up what every row was taken for. @param x [V, D] @param rows [n] int32 @returns [n, D] */
export function gatherRows(x: tf.Tensor2D, rows: tf.Tensor1D): tf.Tensor2D {
  const [count] = x.shape
  return differentiable([x], (save) => {
    save([rows])
    return {
      value: tf.gather(x, rows),
      gradient: (dy, [rows]) => [tf.unsortedSegmentSum(dy, tf.reshape(rows!, [rows!.size]), count)],
    }
  })
}
