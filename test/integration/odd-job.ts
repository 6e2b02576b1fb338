/** Jobs that misbehave, each in its own way; the label they are launched with says how. Run by jobs.test.ts, which gives them a small heap. */

function busy(milliseconds: number): void {
  const end = Date.now() + milliseconds
  while (Date.now() < end) Math.sqrt(2)
}

const ways: Record<string, () => void> = {
  'never listens': () => {
    process.send?.({ type: 'ready' })
    process.on('message', () => busy(20_000))
  },
  'runs out of heap': () => {
    process.send?.({ type: 'ready' })
    process.on('message', () => {
      const kept: object[] = []
      for (;;) kept.push(Array.from({ length: 1000 }, () => ({ x: Math.random() })))
    })
  },
  'ends with a word': () => {
    console.error('the shoe pinches')
    process.exit(7)
  },
  'says nonsense': () => {
    process.send?.({ type: 'progress', phase: 42 })
    setTimeout(() => undefined, 20_000)
  },
  'does not end': () => {
    process.send?.({ type: 'done', result: { kind: 'train', runId: 'run-0000000000000000' } })
    setTimeout(() => undefined, 20_000)
  },
}
ways[process.argv[2] ?? '']?.()
