/** Journeys through the library by keyboard alone, in the built window. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser, type Opened } from './window';

let opened: Opened;
beforeAll(async () => {
  opened = await openBrowser();
});
afterAll(() => opened.close());

async function open(address: string): Promise<Page> {
  const context = await opened.browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', timezoneId: 'UTC', reducedMotion: 'reduce' });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  await page.goto(`${opened.origin}/?more#/${address}`);
  await page.locator('[data-testid="app"][data-ready="true"]').waitFor();
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  return page;
}

const focused = (page: Page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    const name = element?.getAttribute('aria-label') ?? (element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : null) ?? element?.textContent ?? '';
    return name.replace(/\s+/g, ' ').trim();
  });

/** Presses Tab until what is called so has the focus. */
async function reach(page: Page, name: RegExp, key = 'Tab'): Promise<void> {
  for (let step = 0; step < 150; step += 1) {
    await page.keyboard.press(key);
    if (name.test(await focused(page))) return;
  }
  throw new Error(`${String(name)} is not reached by ${key}`);
}

async function keys(page: Page, ...names: string[]): Promise<void> {
  for (const name of names) await page.keyboard.press(name);
}

describe('by keyboard alone', () => {
  test('a tool is renamed from its menu, and the focus goes back where it came from', async () => {
    const page = await open('library');
    await reach(page, /^Pinfold$/);
    await keys(page, 'Enter');
    await page.getByRole('heading', { level: 1, name: 'Pinfold' }).waitFor();
    await reach(page, /^More about Pinfold$/);
    await keys(page, 'ArrowDown');
    expect(await focused(page)).toBe('Edit details');
    await keys(page, 'End', 'ArrowDown', 'Escape');
    expect(await focused(page)).toBe('More about Pinfold');
    await keys(page, 'Enter');
    await page.getByRole('menuitem', { name: 'Edit details' }).waitFor();
    await keys(page, 'Enter');
    await page.getByLabel('Name', { exact: true }).waitFor();
    expect(await focused(page)).toBe('Name');
    await keys(page, 'Control+a');
    await page.keyboard.type('Pinfold One');
    await keys(page, 'Enter');
    await page.getByRole('heading', { level: 1, name: 'Pinfold One' }).waitFor();
    await keys(page, 'Escape');
    await page.getByRole('button', { name: 'Done' }).waitFor({ state: 'detached' });
    expect(await focused(page)).toBe('More about Pinfold One');
    await keys(page, 'Control+z');
    await page.getByRole('heading', { level: 1, name: 'Pinfold', exact: true }).waitFor();
    await page.context().close();
  });

  test('a claim is locked from its evidence', async () => {
    const page = await open('library');
    await reach(page, /^Marrow$/);
    await keys(page, 'Enter');
    await reach(page, /^Python 3.10/);
    await keys(page, 'Enter');
    await page.getByTestId('sighting').waitFor();
    await reach(page, /^More about this claim$/, 'Shift+Tab');
    await keys(page, 'Enter');
    await page.getByRole('menuitem', { name: 'Lock against machines' }).waitFor();
    await keys(page, 'l');
    await keys(page, 'Enter');
    await page.getByRole('complementary').getByText('Locked against machines').waitFor();
    await keys(page, 'Escape');
    await page.getByRole('complementary').waitFor({ state: 'detached' });
    expect(await focused(page)).toMatch(/^Python 3.10/);
    await page.context().close();
  });
});

describe('the library by keyboard alone', () => {
  test('a search is kept and run again', async () => {
    const page = await open('library');
    await keys(page, 'Control+f');
    await page.keyboard.type('is:free');
    await reach(page, /^Save this search$/);
    await keys(page, 'Enter');
    await page.getByLabel('Name of this search').waitFor();
    await page.keyboard.type('Free ones');
    await keys(page, 'Enter');
    await page.getByRole('button', { name: 'Remove the search Free ones' }).waitFor();
    await page.getByTestId('search').focus();
    await keys(page, 'Escape');
    await reach(page, /^Free ones$/);
    await keys(page, 'Enter');
    await page.getByTestId('tool').nth(1).waitFor({ state: 'detached' });
    expect(await page.getByTestId('tool').getByRole('heading').textContent()).toBe('Pinfold');
    await page.context().close();
  });

  test('two tools are made one', async () => {
    const page = await open('questions');
    await reach(page, /^Same tool…$/);
    await keys(page, 'Enter');
    await page.getByTestId('merge-field').first().waitFor();
    await reach(page, /^Keep both$/);
    await keys(page, 'ArrowDown', 'ArrowDown');
    expect(await focused(page)).toBe('Only of Marrow CLI');
    await reach(page, /^Make them one$/);
    await keys(page, 'Enter');
    await page.getByRole('heading', { level: 1, name: 'Marrow', exact: true }).waitFor();
    await page.getByText(/^Marrow CLI \(since/).waitFor();
    await page.context().close();
  });

  test('a region is drawn and becomes a proposal', async () => {
    const page = await open('review');
    await page.getByTestId('proposal').first().waitFor();
    await keys(page, 'd');
    await page.getByRole('application').waitFor();
    await keys(page, 'ArrowDown');
    const { width, height } = await page.getByTestId('drawn').evaluate((box) => ({ width: (box as HTMLElement).style.width, height: (box as HTMLElement).style.height }));
    await keys(page, 'Shift+ArrowRight', 'Shift+ArrowDown');
    const after = await page.getByTestId('drawn').evaluate((box) => ({ width: (box as HTMLElement).style.width, height: (box as HTMLElement).style.height }));
    expect(parseFloat(after.width)).toBeGreaterThan(parseFloat(width));
    expect(parseFloat(after.height)).toBeGreaterThan(parseFloat(height));
    await keys(page, 'Enter');
    expect(await focused(page)).toBe('Line of the page');
    await page.keyboard.type('Two ways');
    await page.getByText('Two ways to make checks faster', { exact: false }).and(page.locator('strong')).waitFor();
    await reach(page, /^Propose$/);
    await keys(page, 'Enter');
    await page.getByTestId('draw-form').waitFor({ state: 'detached' });
    expect(await focused(page)).toMatch(/Proposed Two ways to make checks faster/);
    await page.context().close();
  });

  test('a capture is thrown away, and parts of another are removed for good', async () => {
    const page = await open('inbox');
    await reach(page, /^More about marrow-changelog.png$/);
    await keys(page, 'Enter');
    await page.getByRole('menuitem').first().waitFor();
    await keys(page, 'Enter');
    await page.getByRole('link', { name: 'marrow-changelog.png', exact: true }).waitFor({ state: 'detached' });
    await reach(page, /^pinfold-pricing-march.png$/);
    await keys(page, 'Enter');
    await reach(page, /^More about pinfold-pricing-march.png$/);
    await keys(page, 'Enter');
    await page.getByRole('menuitem', { name: /Remove parts/ }).waitFor();
    await keys(page, 'r', 'Enter');
    await page.getByTestId('redact').waitFor();
    await reach(page, /^Line of the page$/);
    await page.keyboard.type('$16');
    await page.getByText('These words go:').waitFor();
    await reach(page, /^Remove for good…$/);
    await keys(page, 'Enter');
    const dialog = page.getByRole('dialog', { name: 'Remove for good?' });
    await dialog.waitFor();
    await reach(page, /^Keep it$/);
    await keys(page, 'Enter');
    await dialog.waitFor({ state: 'detached' });
    expect(await focused(page)).toBe('Remove for good…');
    await page.context().close();
  });
});
