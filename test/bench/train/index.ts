// node test/bench/train/index.ts [--size small|desktop|paper] [--threads 1,2] [--pairs 8] [--peers torch,packed,stock] [--backend wasm] [--set fusion=tokens]
// The Transformer trained by Crossreel's trainer, and the same in PyTorch, where python3 (or the one that PYTHON names) has it. Each is a process of its
// own, so that its memory is its own. They take turns step by step, so that a busy minute hits all alike; that both find the same loss for the first
// batch is checked first. Other peers: `packed`, PyTorch without padding; `stock`, our trainer on the kernels of TensorFlow.js.
//   --steps 500   ours alone, so many steps: tensors and memory on the way     --profile   ours alone: where the time of a step goes
//   --sampling    ours alone: an epoch's batches of a look-alike of MovieLens 25M, nothing computed (--scale 2.5m, or 250k: a smaller one)
import { execFileSync } from 'node:child_process'
import { availableParallelism, cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { ModelConfig } from '../../../src-preload/contract.ts'
import type { BackendId } from '../../../src-main/learning/backends/index.ts'
import { compare } from './compare.ts'
import type { PeerKind } from './compare.ts'
import { endure, profile } from './endure.ts'
import { workloadOf } from './workload.ts'

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: 'small' },
    threads: { type: 'string', default: availableParallelism() > 1 ? '1,2' : '1' },
    pairs: { type: 'string' },
    backend: { type: 'string', default: 'wasm' },
    peers: { type: 'string', default: 'torch' },
    set: { type: 'string', multiple: true, default: [] },
    scale: { type: 'string' },
    steps: { type: 'string' },
    profile: { type: 'boolean', default: false },
    sampling: { type: 'boolean', default: false },
  },
})
const size = values.size
const large = size === 'paper'
const threads = values.threads.split(',').map(Number)
const workload = workloadOf(size, changes(values.set))
if (values.scale) workload.scale = values.scale
const backend = backendNamed(values.backend)
const alone = { workload, backend, options: { threads: threads.at(-1) ?? 1 }, profile: false }

console.log(
  `${cpus()[0]?.model ?? 'processor'}, ${availableParallelism()} threads, Node ${process.version}, load ${loadavg()[0]?.toFixed(1)}`,
)
if (values.sampling) {
  const task = JSON.stringify({ ...workload, scale: values.scale ?? '25m' })
  const script = join(import.meta.dirname, 'sampling.ts')
  execFileSync(process.execPath, ['--expose-gc', script, task], { stdio: 'inherit' })
} else if (values.profile) await profile(alone, Number(values.steps ?? (large ? 5 : 15)))
else if (values.steps) await endure(alone, Number(values.steps))
else {
  const pairs = Number(values.pairs ?? (large ? 3 : 8))
  const peers = values.peers.split(',').map(peerNamed)
  await compare({ size, workload, backend, threads, pairs, warmUp: large ? 1 : 3, peers })
}

function backendNamed(name: string): BackendId {
  const found = (['wasm', 'tensorflow', 'webgpu', 'cpu'] as const).find((id) => id === name)
  if (!found) throw new Error(`There is no backend '${name}'. Give one of: wasm, tensorflow, webgpu, cpu.`)
  return found
}

function peerNamed(name: string): PeerKind {
  const found = (['torch', 'packed', 'stock'] as const).find((kind) => kind === name)
  if (!found) throw new Error(`There is no peer '${name}'. Give some of: torch, packed, stock.`)
  return found
}

/** key=value of a hyper-parameter, as its schema has it. */
function changes(list: string[]): ModelConfig {
  const config: ModelConfig = {}
  for (const change of list) {
    const [key = '', value = ''] = change.split('=')
    config[key] =
      value === 'true' || value === 'false' ? value === 'true' : Number.isNaN(Number(value)) ? value : Number(value)
  }
  return config
}
