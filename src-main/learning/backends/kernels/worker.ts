/** What a thread of the crew runs. The function is sent as text, so it uses nothing from outside of itself. */

export interface WorkerTask {
  module: WebAssembly.Module
  memory: WebAssembly.Memory
  /** In the order of their numbers in `calls`. */
  names: readonly string[]
  /** See Control. */
  control: Int32Array
  /** For each thread SLOTS numbers: the kernel, how many arguments, the arguments. */
  calls: Float64Array
  thread: number
}

/** Room for a call of one thread. */
export const SLOTS = 32

/** What the words of `control` mean; numbers again in `serve`, which cannot reach them. */
export const Control = {
  /** Number of the current call. */
  call: 0,
  /** Shares of it that are not done yet, the caller's own left out. */
  pending: 1,
  /** Kernels that trapped. */
  failed: 2,
  /** 1: end. */
  leave: 3,
  /** + thread: 1 while the thread's share waits for someone to take it. */
  open: 4,
} as const

/** Serves calls until told to leave: waits awake for 50 microseconds, as a step's calls follow each other closely, then asleep. */
export function serve(task: WorkerTask, ready: () => void): void {
  const { module, memory, names, control, calls, thread } = task
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  const kernels = names.map((name) => exports[name] as (...args: number[]) => void)
  const slot = thread * 32
  let seen = 0
  ready()
  while (Atomics.load(control, 3) === 0) {
    const asleepFrom = performance.now() + 0.05
    while (Atomics.load(control, 0) === seen) if (performance.now() > asleepFrom) Atomics.wait(control, 0, seen)
    seen = Atomics.load(control, 0)
    // the caller may have taken it by now
    if (Atomics.compareExchange(control, 4 + thread, 1, 0) === 0) continue
    try {
      kernels[calls[slot] ?? -1]?.(...calls.subarray(slot + 2, slot + 2 + (calls[slot + 1] ?? 0)))
    } catch {
      Atomics.add(control, 2, 1)
    }
    if (Atomics.sub(control, 1, 1) === 1) Atomics.notify(control, 1)
  }
}
