import type { Experiment } from '@contract'
import { describe, expect, test, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { formatValue } from '@/charts/format'
import { orderUsers } from '@/stores/inspection'
import { yearAndGenres } from '@/views/inspect/movie-text'
import type { FakeOptions, FakeWorkbench } from './fake-workbench.ts'
import { mountPage } from './mount.ts'

/** Waits long enough for a machine that does other things at once. */
const soon = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 8_000 })

const mount = (options: FakeOptions = {}) => mountPage('/inspect/exp-rivals', options)
const asked = (fake: FakeWorkbench) => fake.calls.filter(({ name }) => name === 'inspect.user').at(-1)?.argument
const list = (label: string) => page.getByRole('region', { name: `Recommendations of ${label}, seed 1` })

describe('lists', () => {
  test('of the first seed of every model stand side by side, with hits in words and scores', async () => {
    const { fake } = await mount()
    await expect.element(list('Transformer')).toBeVisible()
    expect(asked(fake)).toMatchObject({ user: 1, k: 10, runIds: [0, 3, 6, 9].map((i) => `exp-rivals-run-${i}`) })
    const [shown] = (await fake.call('inspect.user', asked(fake) as never)).lists
    const rows = [...list(shown!.label).element().querySelectorAll('ol > li')]
    expect(rows).toHaveLength(10)
    rows.forEach((row, i) => {
      const item = shown!.items[i]!
      expect(row.textContent).toContain(item.movie.title)
      expect(row.textContent).toContain(yearAndGenres(item.movie))
      expect(row.textContent).toContain(formatValue(item.score))
      expect(row.textContent!.includes('hit')).toBe(item.hit)
      expect(row.querySelector('svg') !== null).toBe(item.hit)
    })
    expect(rows.some((row) => row.textContent!.includes('hit'))).toBe(true)
    await expect.element(list(shown!.label)).toMatchTextContent(`NDCG ${shown!.ndcg!.toFixed(3)}`)
  })

  test('change with the domain', async () => {
    await mount()
    await expect.element(list('EASE')).toBeVisible()
    const before = list('EASE').element().textContent
    await page.getByRole('radio', { name: 'Domain B' }).click()
    await soon(() => expect(list('EASE').element().textContent).not.toBe(before))
    await expect.element(page.getByRole('heading', { name: 'History in domain B' })).toBeVisible()
  })

  test('are chosen run by run and keep the experiment’s order', async () => {
    const { fake } = await mount()
    await page.getByRole('button', { name: '4 runs shown' }).click()
    await page.getByRole('group', { name: 'EASE' }).getByRole('checkbox', { name: 'seed 2' }).click()
    await page.getByRole('group', { name: 'Popularity' }).getByRole('checkbox', { name: 'seed 1' }).click()
    await soon(() => expect(asked(fake)).toMatchObject({ runIds: [3, 4, 6, 9].map((i) => `exp-rivals-run-${i}`) }))
    await expect.element(page.getByRole('region', { name: 'Recommendations of EASE, seed 2' })).toBeVisible()
    await expect.element(list('Popularity')).not.toBeInTheDocument()
  })

  test('of a run that finishes appear by themselves, until somebody has chosen', async () => {
    const { fake, router } = await mount()
    await expect.element(list('EASE')).toBeVisible()
    await router.push('/inspect/exp-running')
    await soon(() => expect(asked(fake)).toMatchObject({ runIds: ['exp-running-run-0'] }))
    const [, { runs }] = (await fake.call('experiments.list', {})) as [never, Experiment]
    fake.emit('run.changed', { ...runs[3]!, state: 'done' })
    await soon(() => expect(asked(fake)).toMatchObject({ runIds: ['exp-running-run-0', 'exp-running-run-3'] }))
    await page.getByRole('button', { name: '2 runs shown' }).click()
    await page.getByRole('group', { name: 'EASE' }).getByRole('checkbox', { name: 'seed 1' }).click()
    fake.emit('run.changed', { ...runs[3]!, state: 'done', test: 0.1 })
    await soon(() => expect(asked(fake)).toMatchObject({ runIds: ['exp-running-run-3'] }))
  })

  test('stand beside the held-out movies, which say in how many lists they are', async () => {
    await mount()
    const held = page.getByRole('region', { name: 'Held-out relevant movies' })
    await expect.element(held.getByRole('img', { name: /In \d of 4 lists/ }).first()).toBeVisible()
    expect(held.element().querySelectorAll('li')).toHaveLength(6)
  })
})

describe('users', () => {
  test('move with arrows in the list and with j and k from anywhere, but not from a field', async () => {
    const { fake } = await mount()
    await expect.element(page.getByRole('heading', { name: 'User 1' })).toBeVisible()
    await userEvent.keyboard('jj')
    await expect.element(page.getByRole('heading', { name: 'User 3' })).toBeVisible()
    await userEvent.keyboard('k')
    await expect.element(page.getByRole('heading', { name: 'User 2' })).toBeVisible()
    page
      .getByRole('listbox', { name: 'Users' })
      .element()
      .dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true, cancelable: true }))
    await expect.element(page.getByRole('heading', { name: 'User 3' })).toBeVisible()
    await page.getByRole('textbox', { name: 'Search a user by id' }).click()
    await userEvent.keyboard('j')
    await expect.element(page.getByRole('heading', { name: 'User 3' })).toBeVisible()
    await soon(() => expect(asked(fake)).toMatchObject({ user: 3 }))
  })

  test('are searched by id and ordered by counts', async () => {
    await mount()
    await page.getByRole('textbox', { name: 'Search a user by id' }).fill('61')
    await soon(() => expect(page.getByRole('option').elements()).toHaveLength(2))
    await page.getByRole('option', { name: /610/ }).click()
    await expect.element(page.getByRole('heading', { name: 'User 610' })).toBeVisible()
    await page.getByRole('textbox', { name: 'Search a user by id' }).fill('999')
    await expect.element(page.getByText(/No user with ‘999’\./)).toBeVisible()
  })

  test('of thousands only those in sight are drawn', async () => {
    await mount()
    await soon(() => expect(page.getByRole('option').elements().length).toBeGreaterThan(10))
    expect(page.getByRole('option').elements().length).toBeLessThan(80)
    await expect.element(page.getByText(/610 users · ↑/)).toBeVisible()
  })

  test('are put in order: most first, ids ascending, equal counts by id', () => {
    const user = (id: number, a: number, b: number) => ({ user: id, ratingsA: a, ratingsB: b, testA: a, testB: 0 })
    const users = [user(3, 5, 0), user(1, 5, 9), user(2, 7, 1)]
    const ids = (order: Parameters<typeof orderUsers>[1]) => orderUsers(users, order).map((each) => each.user)
    expect(ids('user')).toEqual([1, 2, 3])
    expect(ids('ratings')).toEqual([1, 2, 3])
    expect(ids('ratingsA')).toEqual([2, 1, 3])
    expect(ids('ratingsB')).toEqual([1, 2, 3])
    expect(ids('test')).toEqual([2, 1, 3])
  })
})

describe('movies', () => {
  test('show title, year, genres, rating and part without pointing at them', async () => {
    await mount()
    const history = page.getByRole('region', { name: 'History in domain A' })
    await expect.element(history).toBeVisible()
    const cards = [...history.element().querySelectorAll('li')]
    expect(cards).toHaveLength(26)
    for (const card of cards) {
      expect(card.textContent).toMatch(/(\d{4}|year unknown) · /)
      expect(card.textContent).toMatch(/★ [0-5]\.[05]/)
      expect(card.textContent).toMatch(/train|validation/)
    }
    expect(cards.filter((card) => card.textContent!.includes('validation'))).toHaveLength(4)
  })

  test('get their posters in batches; a title card stands where there is none', async () => {
    const { fake } = await mount()
    await soon(() => expect(document.querySelectorAll('.poster img').length).toBeGreaterThan(20))
    const batches = fake.calls.filter(({ name }) => name === 'datasets.posters').map(({ argument }) => argument)
    const ids = batches.flatMap((argument) => (argument as { movieIds: number[] }).movieIds)
    expect(batches.length).toBeLessThan(6)
    expect(new Set(ids).size).toBe(ids.length)
    expect(Math.max(...batches.map((argument) => (argument as { movieIds: number[] }).movieIds.length))).toBeLessThan(
      101,
    )
    const history = page.getByRole('region', { name: 'History in domain A' }).element()
    const bare = [...history.querySelectorAll('.poster')].filter((poster) => !poster.querySelector('img'))
    expect(bare.length).toBeGreaterThan(0)
    for (const poster of bare) expect(poster.textContent).not.toBe('')
  })

  test('tell more when they are pointed at or focused, and stop on Escape', async () => {
    await mount()
    await expect.element(list('EASE')).toBeVisible()
    const first = list('EASE').getByRole('listitem').first()
    const row = first.element() as HTMLElement
    await first.hover()
    await expect.element(page.getByRole('tooltip')).toMatchTextContent(/ratings.*mean/)
    await userEvent.keyboard('{Escape}')
    await expect.element(page.getByRole('tooltip')).not.toBeInTheDocument()
    await userEvent.tab()
    row.focus()
    await expect.element(page.getByRole('tooltip')).toBeVisible()
    expect(row.getAttribute('aria-describedby')).toBe(page.getByRole('tooltip').element().id)
  })
})

describe('when it cannot', () => {
  test('no finished run leads back to the runs', async () => {
    const { fake, router } = await mount()
    await expect.element(list('EASE')).toBeVisible()
    const [, running] = await fake.call('experiments.list', {})
    const made = await fake.call('experiments.create', running!.spec)
    await router.push(`/inspect/${made.id}`)
    await page.getByRole('button', { name: 'Look at the runs' }).click()
    await soon(() => expect(router.currentRoute.value.fullPath).toBe(`/run/${made.id}`))
    expect(asked(fake)).not.toMatchObject({ experimentId: made.id })
  })
  test('a failure says why and is asked again', async () => {
    const { fake } = await mount({
      fail: { 'inspect.user': 'weights.safetensors of this run is damaged. Queue it again.' },
    })
    await expect.element(page.getByRole('alert')).toMatchTextContent(/weights\.safetensors/)
    delete fake.fail['inspect.user']
    await page.getByRole('button', { name: 'Try again' }).click()
    await expect.element(list('EASE')).toBeVisible()
  })
})
