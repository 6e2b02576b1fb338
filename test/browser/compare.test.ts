import { afterEach, describe, expect, test, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import type { Comparison } from '@contract'
import { metricKey } from '@/stores/comparison'
import { bestIn } from '@/views/compare/best-value'
import { pairCells, short, type PairCell } from '@/views/compare/pair-cells'
import { epochsText, pText, signed, standing, valueText } from '@/views/compare/table-text'
import type { FakeOptions, FakeWorkbench } from './fake-workbench.ts'
import { mountPage } from './mount.ts'

/** Waits long enough for a machine that does other things at once. */
const soon = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 8_000 })

const mount = (options: FakeOptions = {}) => mountPage('/compare/exp-rivals', options)
const asked = (fake: FakeWorkbench) => fake.calls.filter(({ name }) => name === 'compare.table').at(-1)?.argument
const rowText = (name: string): string => {
  const table = page.getByRole('table', { name: 'Comparison of the models' })
  return table
    .getByRole('row', { name: new RegExp(`^${name}`) })
    .element()
    .textContent!.replaceAll(/\s+/g, ' ')
}
afterEach(() => vi.restoreAllMocks())

describe('the table', () => {
  test('opens against EASE, with differences, intervals and a word for each', async () => {
    const { fake } = await mount()
    await expect
      .element(page.getByRole('button', { name: 'EASE as the baseline' }))
      .toHaveAttribute('aria-pressed', 'true')
    expect(asked(fake)).toEqual({ experimentId: 'exp-rivals', metric: 'ndcg@10', domain: 'mean', baseline: 'EASE' })
    expect(rowText('Transformer')).toContain('−0.0049')
    expect(rowText('Transformer')).toContain('[−0.0109, +0.0012]')
    expect(rowText('Transformer')).toContain('not separated')
    expect(rowText('Popularity')).toContain('< .001')
    expect(rowText('Popularity')).toContain('below')
    expect(rowText('EASE')).toContain('the baseline')
  })

  test('a pin changes the differences, and taking it out asks for none', async () => {
    const { fake } = await mount()
    await page.getByRole('button', { name: 'Popularity as the baseline' }).click()
    await soon(() => expect(rowText('EASE')).toContain('+0.0786'))
    expect(rowText('EASE')).toContain('above')
    expect(rowText('Popularity')).toContain('the baseline')
    await page.getByRole('button', { name: 'Popularity as the baseline' }).click()
    await soon(() => expect(asked(fake)).toMatchObject({ baseline: null }))
  })

  test('an ablation is read against the full model', async () => {
    const { fake, router } = await mount()
    const [rivals] = await fake.call('experiments.list', {})
    const runs = await fake.call('experiments.ablation', { config: {} })
    const made = await fake.call('experiments.create', { ...rivals!.spec, kind: 'ablation', runs })
    await router.push(`/compare/${made.id}`)
    await expect.element(page.getByText('Nothing to compare yet')).toBeVisible()
    for (const run of made.runs) fake.emit('run.changed', { ...run, state: 'done' })
    await soon(() => expect(asked(fake)).toMatchObject({ experimentId: made.id, baseline: runs[0]!.label }))
  })

  test('the best value is bold, once', async () => {
    await mount()
    await soon(() => expect(rowText('EASE')).toContain('0.1187'))
    const bold = [...document.querySelectorAll('[aria-label="Comparison of the models"] .best')]
    expect(bold.map((cell) => cell.textContent)).toEqual(['0.1187 ± 0.0000'])
  })

  test('metric, cut-off and domain are asked for', async () => {
    const { fake } = await mount()
    await page.getByRole('radio', { name: '@20' }).click()
    await page.getByRole('radio', { name: 'Domain B' }).click()
    await page
      .getByRole('table', { name: 'All metrics' })
      .getByRole('button', { name: /Recall/ })
      .click()
    await soon(() => expect(asked(fake)).toMatchObject({ metric: 'recall@20', domain: 'B' }))
    await expect.element(page.getByText(/Recall\@20, domain B, 588 users/)).toBeVisible()
  })

  test('an answer that was overtaken is dropped', async () => {
    const { fake } = await mount()
    const call = fake.call
    let release = (): void => {}
    fake.call = async (name, argument) => {
      const answer = await call(name, argument)
      if (name === 'compare.table' && 'domain' in argument && argument.domain === 'A') {
        await new Promise<void>((resolve) => (release = resolve))
      }
      return answer
    }
    await page.getByRole('radio', { name: 'Domain A' }).click()
    await page.getByRole('radio', { name: 'Domain B' }).click()
    await expect.element(page.getByText(/588 users/)).toBeVisible()
    release()
    await new Promise((resolve) => setTimeout(resolve, 50))
    await expect.element(page.getByText(/588 users/)).toBeVisible()
  })

  test('a failure is shown, and asked again', async () => {
    const { fake } = await mount({ fail: { 'compare.table': 'runs/4/metrics.db has no evaluation.' } })
    await expect.element(page.getByRole('alert')).toMatchTextContent(/has no evaluation/)
    delete fake.fail['compare.table']
    await page.getByRole('button', { name: 'Try again' }).click()
    await soon(() => expect(rowText('EASE')).toContain('0.1187'))
  })
})

describe('beside the table', () => {
  test('the paper’s values stand apart, marked, and never in the comparison', async () => {
    await mount()
    const reported = page.getByRole('region', { name: 'Table 1 of the paper' })
    await expect.element(reported).toMatchTextContent(/reported, protocol unknown/)
    const cells = [...reported.element().querySelectorAll('tbody tr')].map((row) =>
      [...row.children].map((cell) => cell.textContent).join(' '),
    )
    expect(cells).toEqual([
      'CF .428 .362',
      'MF .455 .389',
      'DeepFM .478 .411',
      'MVCNN .493 .425',
      'Wide & Deep .509 .437',
      'Ours (multi-modal Transformer) .535 .462',
    ])
    expect(page.getByRole('table', { name: 'Comparison of the models' }).element().textContent).not.toContain('DeepFM')
  })

  test('bars, sentences and the protocol card', async () => {
    await mount()
    await expect.element(page.getByRole('img', { name: /NDCG@10 with 95 % interval.*Baseline: EASE/ })).toBeVisible()
    await expect.element(page.getByText(/Every model is ahead of Popularity on every seed\./)).toBeVisible()
    await expect.element(page.getByRole('region', { name: 'Protocol card' })).toMatchTextContent(/5-core, iterative/)
  })
})

describe('fifteen models', () => {
  const mountFifteen = () => mountPage('/compare/exp-fifteen', { fifteen: true })

  test('all pairs as a square, one at a time in words, also by the keyboard', async () => {
    await mountFifteen()
    const grid = page.getByRole('grid', { name: 'All pairs of models' })
    await expect.element(grid).toBeVisible()
    const panel = page.getByRole('region', { name: 'Who is ahead of whom' })
    expect(grid.element().querySelectorAll('[role=gridcell]')).toHaveLength(15 * 14)
    await expect.element(panel).toMatchTextContent(/over all 105 pairs/)
    await grid.getByRole('gridcell', { name: /^EASE is ahead of Popularity/ }).hover()
    await expect
      .element(panel)
      .toMatchTextContent(/EASE is ahead of Popularity by 0\.0786 \[.*\] NDCG@10; Holm p < \.001/)
    grid.element().querySelector<HTMLElement>('td[tabindex="0"]')!.focus()
    await userEvent.keyboard('{ArrowDown}') // the diagonal has no cell
    await expect.element(panel).toMatchTextContent(/Transformer, desktop preset and RP3beta/)
    await userEvent.keyboard('{ArrowLeft}')
    await expect.element(panel).toMatchTextContent(/Transformer, desktop preset and EASE cannot be told apart/)
  })

  test('nothing is wider than the screen at 1280', async () => {
    await mountFifteen()
    await expect.element(page.getByRole('table', { name: 'All metrics' })).toBeVisible()
    await expect.element(page.getByRole('table', { name: 'By length of history' })).toBeVisible()
    const wide = [...document.querySelectorAll('.scroll')].filter((each) => each.scrollWidth > each.clientWidth + 1)
    expect(wide.map((each) => each.querySelector('table')?.getAttribute('aria-label'))).toEqual([])
  })

  test('users from cold to warm, for a domain of one’s choice while the table shows the mean', async () => {
    const { fake } = await mountFifteen()
    const table = page.getByRole('table', { name: 'By length of history' })
    await expect.element(table).toMatchTextContent(/1–4\s*21 users/)
    const last = (): unknown => fake.calls.findLast(({ name }) => name === 'compare.history')?.argument
    expect(last()).toEqual({ experimentId: 'exp-fifteen', metric: 'ndcg@10', domain: 'A' })
    await page
      .getByRole('radiogroup', { name: 'Domain of the histories' })
      .getByRole('radio', { name: 'in domain B' })
      .click()
    await soon(() => expect(last()).toMatchObject({ domain: 'B' }))
    await page.getByRole('radiogroup', { name: 'Domain', exact: true }).getByRole('radio', { name: 'Domain A' }).click()
    await soon(() => expect(last()).toMatchObject({ domain: 'A' }))
    await expect.element(page.getByRole('radiogroup', { name: 'Domain of the histories' })).not.toBeInTheDocument()
  })

  test('how often test was looked at, and by whom when asked', async () => {
    const { fake } = await mountFifteen()
    const panel = page.getByRole('region', { name: 'Looks at test' })
    await expect.element(panel).toMatchTextContent(/looked at 54 times, for 17 configurations/)
    expect(fake.calls.some(({ name }) => name === 'compare.looks')).toBe(false)
    await panel.getByRole('button', { name: 'Show the list' }).click()
    await expect.element(panel.getByRole('table')).toMatchTextContent(/First tries, removed/)
  })

  test('another experiment’s card: what differs, and a sentence', async () => {
    const { fake } = await mountFifteen()
    const [rivals] = await fake.call('experiments.list', {})
    const protocol = { ...rivals!.spec.protocol, positive: 0 }
    await fake.call('experiments.create', { ...rivals!.spec, name: 'All ratings', protocol })
    await page.getByRole('combobox', { name: 'The other experiment' }).click()
    await page.getByRole('option', { name: 'All ratings' }).click()
    const panel = page.getByRole('region', { name: 'Against another protocol' })
    await expect.element(panel.getByRole('status')).toMatchTextContent(/differ in: Relevant.*may not be compared/)
    await expect.element(panel.getByRole('row', { name: /Relevant/ })).toMatchTextContent(/rating ≥ 4\s*every rating/)
    expect(panel.getByRole('row').elements()).toHaveLength(2)
  })
})

describe('taking it away', () => {
  const copyAsLatex = async (): Promise<void> => {
    await page.getByRole('button', { name: 'Copy table' }).click()
    await page.getByRole('menuitem', { name: 'As LaTeX' }).click()
  }
  test('copies the table as it is shown, and says so', async () => {
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue()
    const { fake } = await mount()
    await page.getByRole('radio', { name: 'Domain B' }).click()
    await copyAsLatex()
    await expect.element(page.getByText(/Copied as LaTeX/)).toBeVisible()
    expect(write).toHaveBeenCalledExactlyOnceWith('% latex of the comparison')
    expect(fake.calls.at(-1)).toEqual({
      name: 'compare.export',
      argument: { experimentId: 'exp-rivals', metric: 'ndcg@10', domain: 'B', baseline: 'EASE', format: 'latex' },
    })
  })
  test('gives the text by hand when the clipboard refuses', async () => {
    vi.spyOn(navigator.clipboard, 'writeText').mockRejectedValue(new DOMException('denied', 'NotAllowedError'))
    await mount()
    await copyAsLatex()
    const area = page.getByRole('textbox', { name: 'Table as text' })
    await expect.element(area).toHaveValue('% latex of the comparison')
    await expect.element(page.getByText(/Copied as/)).not.toBeInTheDocument()
    await userEvent.keyboard('{Escape}')
    await expect.element(area).not.toBeInTheDocument()
  })
  test('writes the report and says where, or why not', async () => {
    const { fake } = await mount()
    await page.getByRole('button', { name: 'Write report' }).click()
    const dialog = page.getByRole('dialog')
    await expect.element(dialog).toMatchTextContent(/\/home\/ada\/Crossreel\/reports\/exp-rivals/)
    await expect.element(dialog).toMatchTextContent(/manifest\.json/)
    await userEvent.keyboard('{Escape}')
    fake.fail['reports.write'] = 'reports/exp-rivals cannot be written: the disk is full. Free some space.'
    await page.getByRole('button', { name: 'Write report' }).click()
    await expect.element(page.getByRole('alert')).toMatchTextContent(/the disk is full/)
  })
})

test('nothing to compare leads back to the runs', async () => {
  const { fake, router } = await mount()
  const [, running] = await fake.call('experiments.list', {})
  const made = await fake.call('experiments.create', running!.spec)
  await router.push(`/compare/${made.id}`)
  await page.getByRole('button', { name: 'Look at the runs' }).click()
  await soon(() => expect(router.currentRoute.value.fullPath).toBe(`/run/${made.id}`))
  expect(asked(fake)).not.toMatchObject({ experimentId: made.id })
})

describe('cells', () => {
  test('values, signs and p', () => {
    expect(valueText({ value: 0.24312, spread: null })).toBe('0.2431')
    expect(valueText({ value: 0.24312, spread: 0.00119 })).toBe('0.2431 ± 0.0012')
    expect([signed(0.01), signed(-0.01), signed(-0.00001)]).toEqual(['+0.0100', '−0.0100', '0.0000'])
    expect([pText(0.0004), pText(0.0361), pText(1), pText(NaN)]).toEqual(['< .001', '.036', '1.000', '–'])
    expect([epochsText([null]), epochsText([9, 9]), epochsText([9, 14, null])]).toEqual(['–', '9', '9–14'])
  })
  test('a difference stands above, below, or is open where its interval touches zero or the corrected test objects', () => {
    const of = (low: number, high: number, holm = 0.01) => standing({ interval: { low, high }, holm })
    expect(of(0.001, 0.002)).toBe('above')
    expect(of(-0.002, -0.001)).toBe('below')
    expect(of(0, 0.002)).toBe('open')
    expect(of(-0.001, 0.002)).toBe('open')
    expect([of(0.001, 0.002, 0.05), of(-0.002, -0.001, 0.4), of(0.001, 0.002, NaN)]).toEqual(['open', 'open', 'open'])
  })
  test('a pair is seen from both of its rows', () => {
    const pair = { first: 'A', second: 'B', value: 0.0121, interval: { low: 0.008, high: 0.016 }, pairedT: 0.0001, wilcoxon: 0.002, holm: 0.003 } // prettier-ignore
    const rows = ['A', 'B'].map((label) => ({ label })) as Comparison['rows']
    const [[none, ahead], [behind]] = pairCells({ rows, pairs: [pair] }, 'NDCG@10') as [PairCell[], PairCell[]]
    expect(none).toBeNull()
    expect(ahead).toEqual({
      row: 'A',
      column: 'B',
      stands: 'above',
      text: '+.012',
      words:
        'A is ahead of B by 0.0121 [0.0080, 0.0160] NDCG@10; Holm p .003, uncorrected: paired t < .001, Wilcoxon .002',
    })
    expect(behind).toMatchObject({ stands: 'below', text: '−.012', row: 'B', column: 'A' })
    expect(behind!.words).toContain('B is behind A by 0.0121 [0.0080, 0.0160]')
    const open = pairCells({ rows, pairs: [{ ...pair, holm: 0.2 }] }, 'NDCG@10')[1]![0]!
    expect(open.words).toContain('B and A cannot be told apart: −0.0121 [−0.0160, −0.0080] NDCG@10; Holm p .200')
    expect([short(0.0004), short(-1.25), short(0.5)]).toEqual(['.000', '−1.250', '+.500'])
  })
  test('what rounds to the same digits is equally good', () => {
    expect([...bestIn([0.12001, 0.11999, 0.1, undefined])]).toEqual([0, 1])
    expect([...bestIn([undefined, NaN])]).toEqual([])
  })
  test('a metric without a cut-off has none in its key', () => {
    const info = { id: 'auc', label: 'AUC', formula: '', help: '', higherIsBetter: true, atCutoff: false }
    expect(metricKey(info, 'auc', 10)).toBe('auc')
    expect(metricKey({ ...info, id: 'ndcg', atCutoff: true }, 'ndcg', 20)).toBe('ndcg@20')
  })
})
