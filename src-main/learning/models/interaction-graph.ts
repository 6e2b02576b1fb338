/**
 * The graph of users and the items they have rated, and what flows along its edges. Nodes are the users, then the items; with degrees n the
 * matrix A~ has 1 / sqrt(n_u n_i) for every edge (He et al. 2020, equation 3). It is symmetric, so the gradient of a linear propagation is the
 * same propagation of the gradient.
 */

export interface InteractionGraph {
  nodes: number
  /** [nodes + 1] */
  indptr: Uint32Array
  /** [2 edges] the neighbours of every node */
  neighbours: Uint32Array
  /** [nodes] 1 / sqrt(degree); 0 for a node without an edge */
  scale: Float32Array
}

/** @param users @param items [n] the two ends of every edge */
export function interactionGraph(
  size: { users: number; items: number },
  users: Int32Array,
  items: Int32Array,
): InteractionGraph {
  const nodes = size.users + size.items
  const indptr = new Uint32Array(nodes + 1)
  for (const user of users) indptr[user + 1]! += 1
  for (const item of items) indptr[size.users + item + 1]! += 1
  for (let node = 0; node < nodes; node++) indptr[node + 1]! += indptr[node]!
  const next = indptr.slice(0, nodes)
  const neighbours = new Uint32Array(2 * users.length)
  for (let e = 0; e < users.length; e++) {
    const user = users[e]!
    const item = size.users + items[e]!
    neighbours[next[user]!++] = item
    neighbours[next[item]!++] = user
  }
  const scale = Float32Array.from({ length: nodes }, (_, node) => {
    const degree = indptr[node + 1]! - indptr[node]!
    return degree > 0 ? 1 / Math.sqrt(degree) : 0
  })
  return { nodes, indptr, neighbours, scale }
}

/** Nodes between two looks at the clock. */
const BLOCK = 256
/** Columns summed at once: their sums stay in registers. */
const LANES = 8

/**
 * The mean of the layers 0..K: (x + A~ x + ... + A~^K x) / (K + 1), as x + A~(x + A~(x + ...)).
 * @param x [nodes, width] not changed  @param turn awaited now and then  @returns [nodes, width]
 */
export async function propagate(
  graph: InteractionGraph,
  x: Float32Array,
  width: number,
  layers: number,
  turn: () => Promise<void>,
): Promise<Float32Array<ArrayBuffer>> {
  const { nodes, scale } = graph
  let sum = x.slice()
  const scaled = new Float32Array(x.length)
  for (let layer = 1; layer <= layers; layer++) {
    for (let node = 0; node < nodes; node++)
      for (let c = node * width; c < (node + 1) * width; c++) scaled[c] = scale[node]! * sum[c]!
    const next = x.slice()
    for (let first = 0; first < nodes; first += BLOCK) {
      await turn()
      for (let node = first; node < Math.min(nodes, first + BLOCK); node++) gather(graph, scaled, width, node, next)
    }
    sum = next
  }
  const share = 1 / (layers + 1)
  for (let i = 0; i < sum.length; i++) sum[i]! *= share
  return sum
}

/** out[node] += scale[node] * the sum of its neighbours' rows of x. */
function gather(graph: InteractionGraph, x: Float32Array, width: number, node: number, out: Float32Array): void {
  const { indptr, neighbours } = graph
  const begin = indptr[node]!
  const end = indptr[node + 1]!
  const factor = graph.scale[node]!
  const to = node * width
  let c = 0
  for (; c + LANES <= width; c += LANES) {
    let [a, b, d, e, f, g, h, k] = [0, 0, 0, 0, 0, 0, 0, 0]
    for (let n = begin; n < end; n++) {
      const from = neighbours[n]! * width + c
      a += x[from]!
      b += x[from + 1]!
      d += x[from + 2]!
      e += x[from + 3]!
      f += x[from + 4]!
      g += x[from + 5]!
      h += x[from + 6]!
      k += x[from + 7]!
    }
    out[to + c]! += factor * a
    out[to + c + 1]! += factor * b
    out[to + c + 2]! += factor * d
    out[to + c + 3]! += factor * e
    out[to + c + 4]! += factor * f
    out[to + c + 5]! += factor * g
    out[to + c + 6]! += factor * h
    out[to + c + 7]! += factor * k
  }
  for (; c < width; c++) {
    let sum = 0
    for (let n = begin; n < end; n++) sum += x[neighbours[n]! * width + c]!
    out[to + c]! += factor * sum
  }
}
