/** What a backend computes on, and what is to be done when that is gone. */

export interface Device {
  /** In words: 'NVIDIA GeForce RTX 3080 through Vulkan'. */
  name: string
  /** Bytes; null where the device does not say. */
  memoryBytes: number | null
  /** Settles when the device is gone, with a sentence that says why; absent where that cannot happen. */
  lost?: Promise<string>
}

/** What the name of a graphics device ends with that is a program on the processor: slower than wasm. */
export const IN_SOFTWARE = ', in software'

/** The device vanished while it computed: a driver that was reset, a graphics card that was taken away, memory that ran out. */
export class DeviceLostError extends Error {
  override readonly name = 'DeviceLostError'
}

/** A refused read may be heard before the loss that caused it. */
const TELLING = 250

/**
 * Settles as `work` does, or fails with the device's own sentence as soon as that is gone: a read from it may wait for ever.
 * @throws DeviceLostError; what `work` throws
 */
export async function unlessLost<T>(lost: Promise<string> | null, work: Promise<T>): Promise<T> {
  if (!lost) return work
  const failed = lost.then((sentence): never => {
    throw new DeviceLostError(sentence)
  })
  failed.catch(() => undefined) // heard below, or nobody waits any more
  try {
    return await Promise.race([work, failed])
  } catch (error) {
    await Promise.race([failed, new Promise((resolve) => setTimeout(resolve, TELLING))])
    throw error
  }
}
