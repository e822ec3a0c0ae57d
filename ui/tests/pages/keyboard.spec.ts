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
