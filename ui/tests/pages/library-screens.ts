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
  { name: 'library-searches', address: '/?more#/library', prepare: async (page) => {
    await page.getByRole('button', { name: 'Cheap and open', exact: true }).click();
    await page.getByRole('button', { name: 'Conditions' }).click();
    await page.getByTestId('tool').first().waitFor();
  } },
  { name: 'library-save', address: '/?more#/library', prepare: async (page) => {
    await page.getByTestId('search').fill('offline:no');
    await page.getByRole('button', { name: 'Save this search' }).click();
    await page.getByLabel('Name of this search').waitFor();
  } },
  { name: 'library-tagging', address: '/?more#/library', prepare: async (page) => {
    await page.getByRole('checkbox').first().check();
    await choose('More about the library', /Tag the ticked/)(page);
    await page.getByLabel('Tag for the ticked tools').waitFor();
  } },
  { name: 'library-import', address: '/?more#/library', prepare: async (page) => {
    await choose('More about the library', /Import a table/)(page);
    await page.getByTestId('import-outcome').waitFor();
  } },
  { name: 'library-past', address: '/?more#/library/as-of/2026-11-05', prepare: (page) => page.getByRole('list', { name: 'Tools at that time' }).waitFor() },
  { name: 'vocabulary', address: '/?more#/vocabulary', prepare: (page) => page.getByText('continuous integration').first().waitFor() },
  { name: 'storage', address: '/?more#/storage', prepare: async (page) => {
    await page.getByRole('button', { name: 'Make a backup' }).click();
    await page.getByText(/^Backup written/).waitFor();
    await page.getByTestId('trashed').scrollIntoViewIfNeeded();
  } },
  { name: 'storage-back', address: '/?more#/storage', prepare: async (page) => {
    await page.getByRole('button', { name: /^Go back/ }).first().click();
    await page.getByRole('dialog', { name: 'Go back to this backup?' }).waitFor();
  } },
  { name: 'storage-empty', address: '/?more#/storage', prepare: async (page) => {
    await page.getByRole('button', { name: /^Empty/ }).click();
    await page.getByRole('dialog').waitFor();
  } },
  { name: 'capture-known', address: '/?more#/inbox', prepare: async (page) => {
    await page.getByRole('link', { name: 'pinfold-pricing.png', exact: true }).click();
    await page.getByTestId('versions').scrollIntoViewIfNeeded();
    await page.getByText('given by you').waitFor();
  } },
  { name: 'capture-edit', address: '/?more#/inbox', prepare: async (page) => {
    await page.getByRole('link', { name: 'pinfold-pricing.png', exact: true }).click();
    await page.getByRole('button', { name: /^Edit.*what is known/ }).click();
    await page.getByLabel('Window title').scrollIntoViewIfNeeded();
  } },
  { name: 'capture-placing', address: '/?more#/inbox', prepare: async (page) => {
    await page.getByRole('link', { name: 'pinfold-pricing.png', exact: true }).click();
    await choose('More about pinfold-pricing.png', /Say which page/)(page);
    await page.getByLabel('Earlier capture of the same page').scrollIntoViewIfNeeded();
  } },
  { name: 'capture-redact', address: '/?more#/inbox', prepare: async (page) => {
    await page.getByRole('link', { name: 'pinfold-pricing-march.png', exact: true }).click();
    await choose('More about pinfold-pricing-march.png', /Remove parts/)(page);
    await page.getByLabel('Line of the page').selectOption({ label: '$16' });
    await page.getByText('These words go:').waitFor();
  } },
  { name: 'capture-redact-ask', address: '/?more#/inbox', prepare: async (page) => {
    await page.getByRole('link', { name: 'pinfold-pricing-march.png', exact: true }).click();
    await choose('More about pinfold-pricing-march.png', /Remove parts/)(page);
    await page.getByLabel('Line of the page').selectOption({ label: '$16' });
    await page.getByRole('button', { name: /Remove for good…/ }).click();
    await page.getByRole('dialog').waitFor();
  } },
  { name: 'inbox-watched', address: '/?more#/inbox', prepare: async (page) => {
    await page.getByText('1 file not added').click();
    await page.getByTestId('watched').scrollIntoViewIfNeeded();
  } },
  { name: 'inbox-menu', address: '/?more#/inbox', prepare: async (page) => {
    const button = page.getByRole('button', { name: 'More about pinfold-pricing.png' });
    await button.click();
    const [item, at] = [await page.getByRole('menuitem').boundingBox(), await button.boundingBox()];
    if (!item || !at || Math.abs(item.x + item.width - at.x - at.width) > 20) throw new Error('the menu is not at its button');
    // A click reaches it: nothing lies over it and nothing cuts it off.
    await page.getByRole('menuitem').click({ trial: true });
  } },
  { name: 'review-move', address: '/?more#/review', prepare: async (page) => {
    await page.keyboard.press('j');
    await page.keyboard.press('m');
    await page.getByRole('combobox', { name: 'Tool' }).waitFor();
  } },
  { name: 'review-reason', address: '/?more#/review', prepare: async (page) => {
    for (const key of ['j', 'Shift+X']) await page.keyboard.press(key);
    await page.keyboard.type('A heading of the page');
    await page.keyboard.press('Enter');
    await page.getByText('A heading of the page').waitFor();
    await page.keyboard.press('Shift+X');
    await page.getByRole('textbox', { name: 'Reason' }).waitFor();
  } },
  { name: 'review-draw', address: '/?more#/review', prepare: async (page) => {
    await page.keyboard.press('d');
    await page.getByRole('button', { name: 'Fit to width' }).click();
    await page.getByRole('region', { name: 'Picture' }).evaluate((pane) => pane.scrollTo(0, 0));
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
