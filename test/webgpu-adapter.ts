/**
 * A WebGPU adapter for tests on a machine without a graphics card: the Vulkan driver in software that Chromium brings along. It is correct and very
 * slow. A machine with a Vulkan driver of its own uses that one.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const folder = '/usr/lib/chromium'

/** What a process must be started with to find it; null where it is not wanted or not there. */
export function softwareVulkan(): Record<string, string> | null {
  const driver = join(folder, 'vk_swiftshader_icd.json')
  const own = ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d'].some((place) => existsSync(place))
  return own || !existsSync(driver) ? null : { VK_ICD_FILENAMES: driver, LD_LIBRARY_PATH: folder }
}
