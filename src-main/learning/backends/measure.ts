/** How fast the running backend multiplies matrices: the figure that the cost estimate divides by. */
import * as tf from '@tensorflow/tfjs-core'

/** Best of a few products of two 512 x 512 float32 matrices, read back so that nothing is left unfinished. @returns GFLOP/s */
export async function measureGflops(size = 512): Promise<number> {
  const [a, b] = tf.tidy(() => [tf.fill([size, size], 0.5), tf.fill([size, size], 0.25)] as const)
  let best = Infinity
  for (let i = 0, begun = performance.now(); i < 8 && performance.now() - begun < 400; i++) {
    const start = performance.now()
    const product = tf.matMul(a, b)
    await product.data()
    best = Math.min(best, performance.now() - start)
    product.dispose()
  }
  tf.dispose([a, b])
  return (2 * size ** 3) / (best * 1e6)
}
