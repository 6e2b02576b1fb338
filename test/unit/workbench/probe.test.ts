// The probe: a process for each backend, and what was found is kept for this version and machine.
import { expect, test } from 'vitest'
import type { BackendInfo } from '../../../src-preload/contract.ts'
import type { JobExit, LaunchJob } from '../../../src-main/jobs/launcher.ts'
import type { JobEvent } from '../../../src-main/jobs/messages.ts'
import { probe } from '../../../src-main/workbench/probe.ts'
import type { ProbeOptions } from '../../../src-main/workbench/probe.ts'
import type { ProbedBackends } from '../../../src-main/workspace/settings-repository.ts'

const info = (id: BackendInfo['id']): BackendInfo => ({
  id,
  available: true,
  device: `${id} device`,
  reason: null,
  gflops: 10,
  samplesPerSecond: 100,
  memoryBytes: null,
})

/** A process that answers at once, except where it is said to crash. */
function launching(asked: string[], crashes: BackendInfo['id'] | null = null): LaunchJob {
  return () => {
    let hear: (event: JobEvent) => void = () => undefined
    let exited: (exit: JobExit) => void = () => undefined
    const exit = { code: 0, signal: null, stderr: [], reason: null }
    return {
      onEvent: (listener) => {
        hear = listener
        setImmediate(() => hear({ type: 'ready' }))
      },
      onExit: (listener) => void (exited = listener),
      kill: () => exited({ ...exit, signal: 'SIGKILL' }),
      post: (command) => {
        if (command.type !== 'start' || command.task.kind !== 'probe') return
        const { backend } = command.task
        asked.push(backend)
        if (backend === crashes) return exited({ ...exit, code: null, signal: 'SIGSEGV' })
        hear({ type: 'done', result: { kind: 'probe', backend: info(backend) } })
        exited(exit)
      },
    }
  }
}

function store(): ProbeOptions['kept'] {
  let kept: ProbedBackends | null = null
  return { probedBackends: () => kept, keepProbedBackends: (probed) => void (kept = probed) }
}

test('each backend is tried in a process of its own: the crash of one is its reason, and the others are measured', async () => {
  const asked: string[] = []
  const launch = launching(asked, 'tensorflow')
  const found = await probe({ launch, root: '/w', version: '1', kept: store() }).backends
  expect(asked).toEqual(['tensorflow', 'webgpu', 'wasm', 'cpu'])
  expect(found.slice(1)).toEqual([info('webgpu'), info('wasm'), info('cpu')])
  expect(found[0]).toMatchObject({ available: false, gflops: null })
  expect(found[0]!.reason).toMatch(/^Trying it took its process down: .*SIGSEGV/)
})

test('what was found holds for the same version and machine, for a week', async () => {
  const asked: string[] = []
  const kept = store()
  const again = (options: Partial<ProbeOptions>): Promise<BackendInfo[]> =>
    probe({ launch: launching(asked), root: '/w', version: '1', machine: 'here', now: () => 0, kept, ...options })
      .backends
  const found = await again({})
  expect(asked).toHaveLength(4)
  expect(await again({ now: () => 6 * 24 * 3600 * 1000 })).toEqual(found)
  expect(asked).toHaveLength(4)
  for (const options of [{ version: '2' }, { machine: 'there' }, { now: () => 30 * 24 * 3600 * 1000 }]) {
    asked.length = 0
    await again(options)
    expect(asked).toHaveLength(4)
  }
})

test('a probe that is cancelled ends, and keeps nothing', async () => {
  const asked: string[] = []
  const kept = store()
  const probing = probe({ launch: launching(asked), root: '/w', version: '1', kept })
  probing.cancel()
  await probing.backends
  expect(asked.length).toBeLessThan(4)
  expect(kept.probedBackends()).toBeNull()
})
