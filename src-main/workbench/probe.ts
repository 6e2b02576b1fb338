/**
 * What can compute here. Each backend is tried in a process of its own, one after the other: when one takes its process down, that is its reason and
 * the others are still measured. What was found is kept in the workspace and holds for the same version, machine and installed packages.
 */
import { readFileSync, statSync } from 'node:fs'
import { availableParallelism, cpus, totalmem } from 'node:os'
import type { BackendInfo } from '../../src-preload/contract.ts'
import type { LaunchJob } from '../jobs/launcher.ts'
import { type JobOutcome, RunningJob } from '../jobs/running-job.ts'
import { backendIds, missing } from '../learning/backends/choose.ts'
import { findPackages } from '../learning/backends/tensorflow-package.ts'
import type { SettingsRepository } from '../workspace/settings-repository.ts'

export interface Probe {
  /** Never rejects. */
  backends: Promise<BackendInfo[]>
  cancel(): void
}

export interface ProbeOptions {
  launch: LaunchJob
  root: string
  version: string
  kept: Pick<SettingsRepository, 'probedBackends' | 'keepProbedBackends'>
  /** What the results hold for; of this machine by default. */
  machine?: string
  now?: () => number
}

/** After this long they are measured again: a driver may have been updated, or they were measured while the machine was busy. */
const FRESH = 7 * 24 * 3600 * 1000
/** A backend that takes longer than this to start and to be measured is of no use. */
const PATIENCE = 60_000

export function probe({ launch, root, version, kept, machine = thisMachine(), now = Date.now }: ProbeOptions): Probe {
  const known = kept.probedBackends()
  if (known && known.version === version && known.machine === machine && now() - known.probedAt < FRESH)
    return { backends: Promise.resolve(known.backends), cancel: () => undefined }

  let job: RunningJob | null = null
  let cancelled = false
  const backends = (async () => {
    const found: BackendInfo[] = []
    for (const backend of backendIds) {
      if (cancelled) break
      const task = { kind: 'probe', backend } as const
      const running = new RunningJob(
        launch,
        `Try ${backend}`,
        { type: 'start', workspace: root, task },
        () => undefined,
      )
      job = running
      const late = setTimeout(() => running.cancel(), PATIENCE)
      found.push(infoOf(backend, await running.outcome))
      clearTimeout(late)
    }
    if (!cancelled) kept.keepProbedBackends({ version, machine, probedAt: now(), backends: found })
    return found
  })()
  return {
    backends,
    cancel: () => {
      cancelled = true
      job?.cancel()
    },
  }
}

function infoOf(id: BackendInfo['id'], outcome: JobOutcome): BackendInfo {
  switch (outcome.state) {
    case 'done':
      return outcome.result.kind === 'probe' ? outcome.result.backend : missing(id, 'It could not be tried.')
    case 'failed':
      return missing(id, `Trying it took its process down: ${outcome.reason}`)
    case 'cancelled':
      return missing(id, `It was not ready within ${PATIENCE / 1000} s. Choose another backend.`)
    default:
      return outcome satisfies never
  }
}

/** Everything cheap to ask that a new measurement may depend on. */
function thisMachine(): string {
  const { platform, arch, versions, env } = process
  const processor = `${cpus()[0]?.model ?? 'processor'} x ${availableParallelism()}`
  const runtime = `node ${versions.node}${versions['electron'] ? `, electron ${versions['electron']}` : ''}`
  const packages = findPackages(import.meta.url).map(({ folder }) => `${folder} ${statSync(folder).mtimeMs}`)
  const vulkan = env['VK_ICD_FILENAMES'] ?? ''
  return [platform, arch, processor, totalmem(), runtime, ...packages, vulkan, nvidiaDriver()].join('; ')
}

/** Linux tells the version of NVIDIA's driver in a file; elsewhere an update is seen when the results have grown old. */
function nvidiaDriver(): string {
  try {
    return readFileSync('/proc/driver/nvidia/version', 'utf8').split('\n')[0] ?? ''
  } catch {
    return ''
  }
}
