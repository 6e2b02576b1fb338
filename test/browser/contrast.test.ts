import '@/ui/base.css'
import { expect, test } from 'vitest'

type Rgb = [number, number, number]

/** The colour a variable has under a theme, as the browser computes it. */
function colourOf(name: string): Rgb {
  const probe = document.createElement('i')
  probe.style.color = `var(${name})`
  document.body.append(probe)
  const [r, g, b] = getComputedStyle(probe)
    .color.match(/\d+(\.\d+)?/g)!
    .map(Number)
  probe.remove()
  return [r!, g!, b!]
}
/** Relative luminance, WCAG 2.2. */
function luminance(colour: Rgb): number {
  const [r, g, b] = colour.map((part) =>
    part <= 10.31475 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4,
  )
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
}
function contrast(a: string, b: string): number {
  const [low, high] = [luminance(colourOf(a)), luminance(colourOf(b))].sort((x, y) => x - y)
  return (high! + 0.05) / (low! + 0.05)
}

const grounds = ['--ground', '--surface', '--raised', '--overlay']
const onSoft = [
  ['--accent', '--accent-soft'],
  ['--good', '--good-soft'],
  ['--warning', '--warning-soft'],
  ['--danger', '--danger-soft'],
  ['--text', '--danger-soft'],
  ['--text-faint', '--accent-soft'],
  ['--text', '--accent-soft'],
  ['--text-muted', '--domain-a-soft'],
  ['--text-muted', '--domain-b-soft'],
  ['--domain-a-text', '--domain-a-soft'],
  ['--domain-b-text', '--domain-b-soft'],
  ['--text-on-accent', '--accent'],
  ['--text-on-accent', '--accent-hover'],
  ['--ground', '--text'],
]
const texts = [
  '--text',
  '--text-muted',
  '--text-faint',
  '--accent',
  '--danger',
  '--warning',
  '--domain-a-text',
  '--domain-b-text',
]
const marks = ['--domain-a', '--domain-b', '--focus', ...[1, 2, 3, 4, 5, 6, 7, 8].map((n) => `--series-${n}`)]

test.each(['light', 'dark'])('text and marks can be told from their ground: %s', (theme) => {
  document.documentElement.dataset['theme'] = theme
  const low: string[] = []
  const check = (front: string, back: string, least: number): void => {
    const value = contrast(front, back)
    if (value < least) low.push(`${front} on ${back}: ${value.toFixed(2)} < ${least}`)
  }
  for (const text of texts) for (const ground of grounds) check(text, ground, 4.5)
  for (const [front, back] of onSoft) check(front!, back!, 4.5)
  for (const mark of marks) check(mark, '--surface', 3)
  expect(low).toEqual([])
})
