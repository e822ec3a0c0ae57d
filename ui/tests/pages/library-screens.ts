/** The screens of a library that was kept for a while: details of tools, merging, the past, captures and storage. */
import type { Page } from 'playwright-core';
import type { Screen } from './window';

const tool = (name: string, ...next: ((page: Page) => Promise<unknown>)[]) => async (page: Page) => {
  await page.getByRole('list', { name: 'Tools' }).getByRole('link', { name, exact: true }).click();
  await page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
  for (const step of next) await step(page);
};

const choose = (menu: string | RegExp, item: string | RegExp) => async (page: Page) => {
  await page.getByRole('button', { name: menu }).click();
  await page.getByRole('menuitem', { name: item }).click();
};

export const libraryScreens: Screen[] = [
  { name: 'tool-facts', address: '/?more#/library', prepare: tool('Pinfold') },
  { name: 'tool-menu', address: '/?more#/library', prepare: tool('Pinfold', (page) => page.getByRole('button', { name: 'More about Pinfold' }).click()) },
  { name: 'tool-details', address: '/?more#/library', prepare: tool('Pinfold', choose('More about Pinfold', 'Edit details')) },
  { name: 'tool-taking', address: '/?more#/library', prepare: tool('Pinfold', choose('More about Pinfold', /Take claims out/), async (page) => {
    await page.getByRole('checkbox', { name: /^Take out/ }).nth(2).check();
    await page.getByRole('button', { name: 'Take out 1 claim' }).waitFor();
  }) },
  { name: 'tool-stale', address: '/?more#/library', prepare: tool('Marrow', (page) => page.getByText(/^Not seen since/).first().waitFor()) },
  { name: 'tool-history', address: '/?more#/review', prepare: async (page) => {
    const select = page.getByRole('combobox', { name: 'Change set' });
    const option = await select.locator('option', { hasText: 'pinfold-pricing.png' }).getAttribute('value');
    await select.selectOption(option ?? '');
    await page.getByText('$20 per seat per month').first().waitFor();
    await page.keyboard.press('Shift+A');
    await page.getByTestId('merge').and(page.locator(':enabled')).click();
    await page.getByTestId('nav-library').click();
    await tool('Pinfold')(page);
    await page.getByRole('button', { name: /\$20 per seat/ }).first().click();
    await page.getByTestId('sighting').nth(1).waitFor();
  } },
  { name: 'tool-past', address: '/?more#/library', prepare: tool('Pinfold', choose('More about Pinfold', /As of a date/), async (page) => {
    await page.getByLabel('Day').fill('2026-11-03');
    await page.getByText('at that time').waitFor();
  }) },
  { name: 'review-move', address: '/?more#/review', prepare: async (page) => {
    await page.keyboard.press('j');
    await page.keyboard.press('m');
    await page.getByRole('combobox', { name: 'Tool' }).waitFor();
  } },
  { name: 'review-draw', address: '/?more#/review', prepare: async (page) => {
    await page.keyboard.press('d');
    const layer = page.getByRole('application');
    const box = await layer.boundingBox();
    if (!box) throw new Error('nothing to draw on');
    await page.mouse.move(box.x + box.width * 0.04, box.y + box.height * 0.115);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + box.height * 0.132);
    await page.mouse.up();
    await page.getByText('Two ways to make checks faster', { exact: false }).and(page.locator('strong')).waitFor();
  } },
  { name: 'review-guess', address: '/?more#/review', prepare: async (page) => {
    const select = page.getByRole('combobox', { name: 'Change set' });
    const option = await select.locator('option', { hasText: 'Unnamed tool' }).getAttribute('value');
    await select.selectOption(option ?? '');
    await page.getByRole('heading', { name: 'Unnamed tool' }).waitFor();
    await page.keyboard.press('n');
    await page.keyboard.type('Pin Fold');
    await page.getByTestId('name-guess').waitFor();
  } },
  { name: 'merge', address: '/?more#/questions', prepare: async (page) => {
    await page.getByRole('link', { name: 'Same tool…' }).first().click();
    await page.getByTestId('merge-field').first().waitFor();
    await page.getByRole('radio', { name: /^Only of/ }).first().check();
  } },
];
