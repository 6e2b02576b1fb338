/** The two losses over scores, each with its gradient in closed form. */
import * as tf from '@tensorflow/tfjs-core'
import { hasOwnOperations, runOwn } from './backends/own.ts'
import { differentiable } from './layers.ts'

/**
 * Binary cross-entropy of sigmoid(z) against one label for all entries, summed with weights: sum w (max(z, 0) - z y + log(1 + exp(-|z|))).
 * @param z [n, m] logits @param weights [n, m] 0 leaves an entry out @returns scalar
 */
export function bceWithLogits(z: tf.Tensor2D, label: 0 | 1, weights: tf.Tensor2D): tf.Scalar {
  if (hasOwnOperations()) {
    const rows = differentiable([z], (save) => {
      const [value, derivative] = runOwn('BinaryLoss', { z, weights }, { label })
      save([derivative!])
      return { value: value!, gradient: (dy, [x]) => runOwn('ScaleRows', { x: x!, factors: dy }) }
    })
    return tf.reshape(tf.sum(rows), [])
  }
  const rows = differentiable([z], (save) => {
    save([z, weights])
    const softplus = tf.add(tf.relu(z), tf.log1p(tf.exp(tf.neg(tf.abs(z)))))
    const terms = label === 1 ? tf.sub(softplus, z) : softplus
    return {
      value: tf.sum(tf.mul(terms, weights), 1, true),
      gradient: (dy, [z, weights]) => [tf.mul(dy, tf.mul(weights!, tf.sub(tf.sigmoid(z!), label)))],
    }
  })
  return tf.reshape(tf.sum(rows), [])
}

/**
 * Softmax cross-entropy, summed over the rows with weights.
 * @param logits [n, V] @param hidden [n, V] added to them: 0, or a large negative number where an item is no candidate @param labels [n] int32 columns
 * @param weights [n, 1] @returns scalar
 */
export function softmaxCrossEntropy(
  logits: tf.Tensor2D,
  hidden: tf.Tensor2D,
  labels: tf.Tensor1D,
  weights: tf.Tensor2D,
): tf.Scalar {
  if (hasOwnOperations()) {
    const rows = differentiable([logits], (save) => {
      const [value, probabilities] = runOwn('SoftmaxLoss', { scores: logits, hidden, labels })
      save([probabilities!, labels])
      return {
        value: value!,
        gradient: (dy, [probabilities, labels]) =>
          runOwn('SoftmaxLossGradient', { probabilities: probabilities!, labels: labels!, dy }),
      }
    })
    return tf.reshape(tf.sum(tf.mul(rows, weights)), [])
  }
  const chosen = tf.cast(tf.oneHot(labels, logits.shape[1]), 'float32')
  const rows = differentiable([logits], (save) => {
    const open = tf.add(logits, hidden)
    const shifted = tf.sub(open, tf.max(open, 1, true))
    const exponentials = tf.exp(shifted)
    const sum = tf.sum(exponentials, 1, true) // [n, 1]
    save([tf.div(exponentials, sum), chosen])
    return {
      value: tf.sub(tf.log(sum), tf.sum(tf.mul(shifted, chosen), 1, true)),
      gradient: (dy, [probabilities, chosen]) => [tf.mul(dy, tf.sub(probabilities!, chosen!))],
    }
  })
  return tf.reshape(tf.sum(tf.mul(rows, weights)), [])
}
