/** Ours alone: many steps with memory looked at on the way, or a few with their time told apart. */
import { ours } from './compare.ts'
import type { Task } from './ours.ts'
import type { Step } from './peer.ts'
import { megabytes, median } from './report.ts'

/** Prints tensors and memory ten times on the way. */
export async function endure(task: Task, steps: number): Promise<void> {
  const peer = ours('ours', task)
  try {
    console.log((await peer.ready()).device)
    const every = Math.max(1, Math.floor(steps / 10))
    const taken: Step[] = []
    for (let step = 1; step <= steps; step++) {
      taken.push(await peer.ask('step', null))
      if (step !== Math.min(5, every) && step % every !== 0) continue
      const { tensors, heap, wasm, resident, peak } = await peer.memory()
      console.log(
        [
          `step ${String(step).padStart(5)}: ${tensors} tensors`,
          `JavaScript ${megabytes(heap)}`,
          `WebAssembly ${megabytes(wasm)}`,
          `resident ${megabytes(resident)}, at most ${megabytes(peak)}`,
          `${median(taken.map(({ wall }) => wall)).toFixed(0)} ms a step`,
          `loss ${taken.at(-1)?.loss.toFixed(5)}`,
        ].join(', '),
      )
    }
  } finally {
    peer.end()
  }
}

export async function profile(task: Task, steps: number): Promise<void> {
  const peer = ours('ours', { ...task, profile: true })
  try {
    console.log((await peer.ready()).device)
    for (let step = 0; step < steps; step++) await peer.ask('step', null)
    console.log(await peer.profile())
  } finally {
    peer.end()
  }
}
