/** What a process has held. */
import { readFileSync } from 'node:fs'

/** The most that this process ever had resident, bytes. What the system's usual call says includes the process that started it; Linux knows better. */
export function peakResident(): number {
  if (process.platform !== 'linux') return 1024 * process.resourceUsage().maxRSS
  return 1024 * Number(/VmHWM:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1])
}
