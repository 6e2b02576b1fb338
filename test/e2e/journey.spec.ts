// The whole journey of one person with the bundled sample, against the built host: from an empty workspace to one user's lists.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from './host.ts'
import { expectAccessible, shoot, watchErrors } from './page-watch.ts'

test('from the first start to one user’s recommendations', async ({ page, host, context }) => {
  test.setTimeout(240_000)
  const errors = watchErrors(page)
  const steps = page.getByRole('navigation', { name: 'Steps' })
  const go = (name: string) => steps.getByRole('link', { name }).click()
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])

  await test.step('the first start offers the sample', async () => {
    await page.goto(host.url)
    await expect(page.getByText('No data set yet').first()).toBeVisible()
    expect(page.url(), 'the token leaves the address bar').not.toContain('token')
    await shoot(page, '1-first-start')
    await expectAccessible(page)
  })

  await test.step('the sample is made and shown as synthetic', async () => {
    await page.getByRole('button', { name: 'Make the sample data set' }).click()
    await expect(page.getByRole('heading', { name: /^Sample/ })).toBeVisible({ timeout: 60_000 })
    await expect(
      page
        .getByRole('banner')
        .getByText(/synthetic/i)
        .first(),
    ).toBeVisible()
    await expect(page.getByRole('img', { name: /^Ratings per user/ })).toBeVisible()
    await shoot(page, '2-data-overview')
    await expectAccessible(page)
    await page.getByRole('tab', { name: /^Users/ }).click()
    await expect(page.getByRole('heading', { name: /^User \d+/ })).toBeVisible()
    await expect(page.getByRole('group', { name: 'Ratings, newest first' }).getByRole('listitem').first()).toBeVisible()
    await shoot(page, '2-data-users')
    await expectAccessible(page)
    await page.getByRole('tab', { name: /^Movies/ }).click()
    await expect(page.getByRole('group', { name: 'Movies' }).getByRole('listitem').first()).toBeVisible()
    await expect(page.locator('img.poster').first()).toBeVisible()
    await shoot(page, '2-data')
    await expectAccessible(page)
    await page.getByRole('tab', { name: /report/i }).click()
    await expect(page.getByText('Ratings by value')).toBeVisible()
    await shoot(page, '2-data-cleaning')
  })

  await test.step('a cleaned version is previewed, made, and taken off the list again', async () => {
    await page.getByRole('button', { name: 'More actions' }).click()
    await page.getByRole('menuitem', { name: 'Make a cleaned version…' }).click()
    const steps = page.getByRole('table', { name: 'What each rule leaves' })
    await expect(steps.getByText('5-core')).toBeVisible({ timeout: 20_000 })
    await shoot(page, '2-data-clean')
    await page.getByRole('button', { name: 'Make it' }).click()
    await expect(page.getByRole('heading', { name: /cleaned$/, level: 1 })).toBeVisible({ timeout: 20_000 })
    await page.getByRole('button', { name: 'More actions' }).click()
    await page.getByRole('menuitem', { name: 'Remove…' }).click()
    await page.getByRole('button', { name: 'Remove', exact: true }).click()
    await expect(page.getByRole('button', { name: 'Bring back' })).toBeVisible()
    await expect(page.getByRole('heading', { name: /^Sample \(synthetic\)$/, level: 1 })).toBeVisible()
  })

  await test.step('the domains are counted', async () => {
    await go('Domains')
    await expect(page.getByRole('figure', { name: 'Users of the two domains' })).toBeVisible()
    await expect(page.getByRole('region', { name: 'Split preview' })).toContainText(/\d/)
    await expect(page.getByText(/^[0-9a-f]{12}/).first()).toBeVisible()
    await shoot(page, '3-domains')
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Set up an experiment' }).click()
  })

  await test.step('four models are queued, the Transformer for ten epochs', async () => {
    await page.getByRole('button', { name: 'Take the four models of Quick look' }).click()
    const models = page.getByRole('region', { name: 'Models' })
    await expect(models.getByRole('listitem')).toHaveCount(4)
    await models.getByRole('button', { name: /^Transformer/ }).click()
    const epochs = page.getByRole('region', { name: 'Hyper-parameters' }).getByLabel('Epochs', { exact: true })
    await epochs.fill('10')
    await epochs.blur()
    await page.getByRole('region', { name: 'Plan' }).getByLabel('Seeds', { exact: true }).fill('1')
    await expect(page.getByRole('table', { name: 'Cost estimate' }).getByRole('row')).toHaveCount(5, {
      timeout: 30_000,
    })
    await shoot(page, '4-experiment')
    await expectAccessible(page)
    await page.getByRole('button', { name: /^Queue 4 runs/ }).click()
  })

  await test.step('the runs are watched to their end', async () => {
    await expect(page.getByRole('region', { name: /^Running: Transformer/ })).toBeVisible({ timeout: 60_000 })
    await expect(
      page
        .getByRole('figure', { name: /Training loss/ })
        .locator('canvas, svg')
        .first(),
    ).toBeVisible({ timeout: 60_000 })
    const running = page.getByRole('region', { name: /^Running: Transformer/ })
    await expect(running).toContainText(/epoch 2/, { timeout: 60_000 })
    await expect(running.getByText('Learning rate').locator('..')).toContainText(/\d/)
    await shoot(page, '5-run')
    await expectAccessible(page)
    await expect(page.getByRole('table', { name: 'Runs' }).getByText('done', { exact: true })).toHaveCount(4, {
      timeout: 120_000,
    })
    await shoot(page, '5-run-done')
    await page.getByRole('button', { name: 'Compare', exact: true }).click()
  })

  await test.step('the comparison has intervals and is copied as LaTeX', async () => {
    const table = page.getByRole('table', { name: 'Comparison of the models' })
    await expect(table.getByRole('row')).toHaveCount(5)
    await table.getByRole('button', { name: 'Popularity as the baseline' }).click()
    await expect(table.getByRole('cell', { name: 'the baseline', exact: true })).toBeVisible()
    await shoot(page, '6-compare')
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Copy table' }).click()
    await page.getByRole('menuitem', { name: 'As LaTeX' }).click()
    await expect(page.getByText('Copied as LaTeX')).toBeVisible()
    const copied = await page.evaluate(() => navigator.clipboard.readText())
    expect(copied).toMatch(/\\begin\{tabular\}[\s\S]*Transformer[\s\S]*\\end\{tabular\}/)
  })

  await test.step('the report is written into the workspace', async () => {
    await page.getByRole('button', { name: 'Write report' }).click()
    const dialog = page.getByRole('dialog', { name: 'Report written' })
    await expect(dialog).toContainText('manifest.json')
    const folder = (await dialog.locator('.folder').textContent()) ?? ''
    expect(folder.startsWith(host.workspace)).toBe(true)
    const html = await readFile(join(folder, 'report.html'), 'utf8')
    expect(html).toContain('Transformer')
    expect(html).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/)
    await dialog.getByRole('button', { name: 'Close' }).last().click()
  })

  await test.step('one user is looked at', async () => {
    await go('Inspect')
    await expect(page.getByRole('region', { name: /^Recommendations of/ }).first()).toBeVisible({ timeout: 30_000 })
    await page.getByLabel('Search a user by id').fill('7')
    const found = page.getByRole('listbox', { name: 'Users' }).getByRole('option').first()
    await expect(found).toContainText(/^\s*7/)
    await found.click()
    await expect(page.getByRole('heading', { name: /^User 7/ })).toBeVisible()
    const list = page.getByRole('region', { name: /^Recommendations of Transformer/ })
    await expect(list.getByRole('listitem')).toHaveCount(10)
    await expect(page.locator('.poster img').first()).toBeVisible()
    await shoot(page, '7-inspect')
    await expectAccessible(page)
  })

  await test.step('a reload finds everything again', async () => {
    await page.reload()
    await expect(page.getByRole('region', { name: /^Recommendations of/ }).first()).toBeVisible({ timeout: 30_000 })
    await page.keyboard.press('6')
    await expect(page.getByRole('table', { name: 'Comparison of the models' }).getByRole('row')).toHaveCount(5)
  })

  await test.step('a table of two tuned models is made from nothing but its specification', async () => {
    await go('Studies')
    const models = page.getByRole('group', { name: 'Models' })
    await expect(models.getByRole('listitem').first()).toBeVisible()
    await shoot(page, '8-study-new')
    await expectAccessible(page)
    for (const model of await models.getByRole('checkbox').all()) await model.uncheck()
    for (const model of ['Popularity', 'CF (item-kNN)']) await models.getByRole('checkbox', { name: model }).check()
    await page.getByLabel('Seeds', { exact: true }).fill('1')
    await page.getByRole('spinbutton', { name: 'Trials' }).fill('4')
    await page.getByRole('button', { name: 'Start the study' }).click()
    await expect(page.getByRole('table', { name: 'Trials' }).getByRole('row')).toHaveCount(5, { timeout: 60_000 })
    await expect(page.getByLabel('Tables as text')).toContainText(/CF \(item-kNN\) +0\.\d{4}/, { timeout: 60_000 })
    await expect(page.getByRole('region', { name: /^Table 1 on/ })).toContainText('done')
    await shoot(page, '8-study')
    await expectAccessible(page)
  })

  expect(errors).toEqual([])
  expect(host.errors()).toBe('')
})
