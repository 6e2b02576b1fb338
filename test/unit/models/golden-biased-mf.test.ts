import { expect, test } from 'vitest'
import { moveOnSample } from '../../../src-main/learning/models/biased-mf-sgd.ts'
import golden from '../../golden/biased-mf.json' with { type: 'json' }

test.each(golden)('$loss loss, rate $rate, L2 $l2: weights after every sample equal PyTorch to 1e-6', (g) => {
  const { users, items, userBias, itemBias } = g.start
  const factors = {
    width: g.width,
    mean: g.mean,
    users: Float32Array.from(users),
    items: Float32Array.from(items),
    userBias: Float32Array.from(userBias),
    itemBias: Float32Array.from(itemBias),
  }
  g.samples.forEach(([user = 0, item = 0, target = 0], s) => {
    const loss = moveOnSample(
      factors,
      g.loss === 'squared' ? 'squared' : 'logistic',
      { user, item, target },
      g.rate,
      g.l2,
    )
    expect(Math.abs(loss - g.losses[s]!)).toBeLessThan(1e-6 * Math.max(1, g.losses[s]!))
  })
  for (const name of ['users', 'items', 'userBias', 'itemBias'] as const)
    g.end[name].forEach((v, k) => expect(Math.abs(factors[name][k]! - v), `${name} ${k}`).toBeLessThan(1e-6))
})
