/** Waits for work that cannot be stopped itself (a decoder, a walk through a folder) only until the signal fires. */

/**
 * @param late gets what the work comes to after nobody waits for it any more
 * @throws the signal's reason at once when it fires, or what the work throws
 */
export async function abortable<T>(
  work: Promise<T>,
  signal: AbortSignal,
  late: (value: T) => void = () => undefined,
): Promise<T> {
  let stop: () => void = () => undefined
  let left = false
  const fired = new Promise<never>((_, reject) => {
    stop = () => {
      left = true
      reject(signal.reason instanceof Error ? signal.reason : new DOMException('This was aborted.', 'AbortError'))
    }
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
  work.then(
    (value) => left && late(value),
    () => undefined, // nobody waits for it any more, or the race below has it
  )
  try {
    return await Promise.race([work, fired])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
