/**
 * Every screen in a real browser: light and dark, wide and narrow, at twice the text size. Each is searched for
 * accessibility faults, content that runs out of the window and breaches of the content policy, and photographed
 * into tests/output.
 */
import { mkdirSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { libraryScreens } from './library-screens';
import { openBrowser, press, type Opened, type Screen } from './window';

const output = new URL('../output/', import.meta.url).pathname;

const screens: Screen[] = [
  { name: 'welcome', address: '/?empty#/inbox' },
  { name: 'inbox', address: '/#/inbox' },
  { name: 'inbox-added', address: '/#/inbox', prepare: (page) => page.getByRole('button', { name: 'Add images…' }).click() },
  { name: 'review', address: '/#/review', prepare: press('a', 'a', 'x', 'j', 'j') },
  { name: 'review-edit', address: '/#/review', prepare: press('j', 'e') },
  { name: 'review-unnamed', address: '/#/review', prepare: async (page) => {
    const select = page.getByRole('combobox', { name: 'Change set' });
    const option = await select.locator('option', { hasText: 'Unnamed tool' }).getAttribute('value');
    await select.selectOption(option ?? '');
    await page.getByRole('heading', { name: 'Unnamed tool' }).waitFor();
    await page.keyboard.press('n');
  } },
  { name: 'review-merged', address: '/#/review', prepare: async (page) => {
    await page.keyboard.press('Shift+A');
    await page.getByTestId('merge').and(page.locator(':enabled')).waitFor();
    await page.getByTestId('merge').click();
    await page.getByTestId('toast').waitFor();
  } },
  { name: 'library', address: '/#/library', prepare: (page) => page.getByRole('checkbox').first().check() },
  { name: 'search', address: '/#/library', prepare: async (page) => {
    await page.getByTestId('search').fill('team');
    await page.getByTestId('hit').first().waitFor();
  } },
  { name: 'search-evidence', address: '/#/library', prepare: async (page) => {
    await page.getByTestId('search').fill('seat');
    await page.getByTestId('hit').first().click();
    await page.getByRole('complementary').waitFor();
  } },
  { name: 'tool', address: '/#/library', prepare: async (page) => {
    await page.getByRole('link', { name: 'Pinfold' }).first().click();
    await page.getByRole('heading', { level: 1, name: 'Pinfold' }).waitFor();
  } },
  { name: 'tool-evidence', address: '/#/library', prepare: async (page) => {
    await page.getByRole('link', { name: 'Marrow' }).first().click();
    await page.getByRole('button', { name: /browser tests/ }).click();
  } },
  { name: 'compare', address: '/#/compare' },
  { name: 'compare-reviews', address: '/#/compare', prepare: (page) => page.getByRole('heading', { name: 'What reviewers say' }).scrollIntoViewIfNeeded() },
  { name: 'compare-choose', address: '/#/compare/choose' },
  { name: 'compare-evidence', address: '/#/compare', prepare: async (page) => {
    await page.locator('[data-testid="compare-cell"][data-property="tagline"] button').first().click();
    await page.getByTestId('evidence-crop').first().waitFor();
  } },
  { name: 'compare-proposals', address: '/#/compare/proposals' },
  { name: 'compare-empty', address: '/?empty#/compare' },
  { name: 'history', address: '/#/history', prepare: async (page) => {
    await page.getByTestId('undo').click();
    await page.getByText('Undone', { exact: true }).waitFor();
  } },
  { name: 'capture', address: '/#/inbox', prepare: async (page) => {
    await page.getByRole('link', { name: 'pinfold-vs-marrow.png', exact: true }).click();
    await page.getByRole('button', { name: '$12/mo' }).click();
  } },
  { name: 'review-joined', address: '/?joined#/review', prepare: async (page) => {
    await page.getByTestId('dispute').first().waitFor();
    await page.getByTestId('proposal').and(page.locator('[data-property="tagline"]')).nth(1).getByRole('button').first().click();
  } },
  { name: 'review-looking', address: '/?joined#/inbox', prepare: async (page) => {
    await page.getByTestId('looking').waitFor();
    await page.getByRole('link', { name: /^Review.*pinfold-pricing/ }).click();
    await page.getByTestId('model-line').waitFor();
  } },
  { name: 'inbox-looking', address: '/?joined#/inbox', prepare: (page) => page.getByTestId('looking').waitFor() },
  { name: 'capture-answer', address: '/?joined#/inbox', prepare: async (page) => {
    await page.getByRole('link', { name: 'pinfold-vs-marrow.png', exact: true }).click();
    await page.getByLabel('Question').fill('How are tests selected?');
    await page.keyboard.press('Enter');
    await page.getByTestId('answer').waitFor();
    await page.getByRole('button', { name: /Write one/ }).click();
    await page.getByTestId('alt-words').waitFor();
  } },
  { name: 'capture-not-on-page', address: '/#/inbox', prepare: async (page) => {
    await page.getByRole('link', { name: 'pinfold-vs-marrow.png', exact: true }).click();
    await page.getByLabel('Question').fill('Zebra crossing?');
    await page.keyboard.press('Enter');
    await page.locator('[data-testid=answer][data-found=false]').waitFor();
  } },
  { name: 'capture-no-model', address: '/?no-model#/inbox', prepare: async (page) => {
    await page.getByRole('link', { name: 'pinfold-vs-marrow.png', exact: true }).click();
    await page.getByTestId('ask-needs').waitFor();
  } },
  { name: 'models-measured', address: '/#/models', prepare: async (page) => {
    await page.getByRole('button', { name: /^Measure.*SmolVLM 256M/ }).click();
    await page.getByTestId('measured').waitFor();
  } },
  { name: 'models', address: '/#/models', prepare: (page) => page.locator('[data-pack="smolvlm-256m"] summary').click() },
  { name: 'models-ask', address: '/#/models', prepare: (page) => page.getByRole('button', { name: /^Install….*SmolVLM 2.2B/ }).click() },
  { name: 'models-plan', address: '/#/models', prepare: async (page) => {
    await page.getByRole('button', { name: /^Resume….*SmolVLM 500M/ }).click();
    await page.getByTestId('ask-hub').click();
    await page.getByTestId('download').waitFor();
  } },
  { name: 'models-remove', address: '/#/models', prepare: (page) => page.getByRole('button', { name: /^Remove….*SmolVLM 256M/ }).click() },
  { name: 'models-offline', address: '/#/models', prepare: async (page) => {
    await page.getByRole('checkbox', { name: /Downloads allowed/ }).uncheck();
    await page.getByText('Connections off').waitFor();
  } },
  { name: 'help', address: '/#/library', prepare: press('?') },
  { name: 'palette', address: '/#/library', prepare: press('Control+k') },
  { name: 'about', address: '/#/library', prepare: (page) => page.getByRole('button', { name: /Offline/ }).click() },
  { name: 'theme', address: '/#/history', prepare: async (page) => {
    const dark = await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches);
    for (let step = dark ? 1 : 2; step > 0; step -= 1) await page.getByRole('button', { name: /Colours/ }).click();
  } },
  { name: 'export', address: '/#/compare', prepare: (page) => page.getByRole('button', { name: 'Export' }).click() },
];

interface Look {
  name: string;
  width: number;
  height: number;
  scheme: 'light' | 'dark';
  text: number;
}

const looks: (Look & { screens: Screen[] })[] = [
  { name: 'light-1280', width: 1280, height: 800, scheme: 'light', text: 1, screens: [...screens, ...libraryScreens] },
  { name: 'dark-1280', width: 1280, height: 800, scheme: 'dark', text: 1, screens: [...screens, ...libraryScreens] },
  { name: 'light-800', width: 800, height: 900, scheme: 'light', text: 1, screens: libraryScreens },
  { name: 'light-700', width: 700, height: 900, scheme: 'light', text: 1, screens },
  { name: 'dark-700', width: 700, height: 900, scheme: 'dark', text: 1, screens },
  { name: 'dark-480', width: 480, height: 900, scheme: 'dark', text: 1, screens: libraryScreens },
  { name: 'light-1280-double', width: 1280, height: 900, scheme: 'light', text: 2, screens: [...screens, ...libraryScreens] },
];

let opened: Opened;

beforeAll(async () => {
  mkdirSync(output, { recursive: true });
  opened = await openBrowser();
});

afterAll(() => opened.close());

// For looking at a part: SCREEN and LOOK are patterns of names.
const wanted = new RegExp(process.env['SCREEN'] ?? '');
const seen = new RegExp(process.env['LOOK'] ?? '');

describe.each(looks.filter(({ name }) => seen.test(name)))('$name', (look) => {
  test.each(look.screens.filter(({ name }) => wanted.test(name)))('$name', async ({ name, address, prepare }) => {
    const { browser, origin } = opened;
    const context = await browser.newContext({
      viewport: { width: look.width, height: look.height },
      colorScheme: look.scheme,
      reducedMotion: 'reduce',
      locale: 'en-GB',
      timezoneId: 'UTC',
    });
    context.setDefaultTimeout(15_000);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith(origin) && !request.url().startsWith('data:')) complaints.push(`remote: ${request.url()}`);
    });
    // The window freezes the prototype of all objects (freezePrototype).
    await page.addInitScript(() => Object.freeze(Object.prototype));
    await page.goto(`${origin}${address}`);
    await page.locator('[data-testid="app"][data-ready="true"]').waitFor();
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    // Chromium measures the window in rem anew only when the window changes.
    await page.setViewportSize({ width: look.width + 1, height: look.height });
    await page.evaluate((text) => document.documentElement.style.setProperty('font-size', `${text * 100}%`), look.text);
    await page.setViewportSize({ width: look.width, height: look.height });
    await page.waitForFunction(() => !document.body.innerText.includes('Loading…'));
    await prepare?.(page);
    // Pictures outside the view are not fetched before they are needed.
    await page.waitForFunction(() =>
      [...document.images].every((image) => {
        const { top, bottom } = image.getBoundingClientRect();
        return image.complete || image.offsetParent === null || top > innerHeight || bottom < 0;
      }),
    );
    // Two frames: the view has gone to the region by then.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    await page.screenshot({ path: `${output}${look.name}-${name}.png` });

    const wide = await page.evaluate(() => {
      const boxes = [document.documentElement, ...document.querySelectorAll<HTMLElement>('main, aside, aside > *, dialog, .proposals, nav, footer')];
      return boxes.filter((box) => box.scrollWidth > box.clientWidth + 1).map((box) => `${box.tagName} ${box.className} ${box.scrollWidth} > ${box.clientWidth}`);
    });
    expect(wide, 'content runs out sideways').toEqual([]);
    expect(complaints, 'the console is quiet').toEqual([]);
    const { violations } = await new AxeBuilder({ page }).analyze();
    const faults = violations.map(({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.map((node) => `${node.html} ${node.failureSummary ?? ''}`).join('\n  ')}`);
    expect(faults, 'axe finds no fault').toEqual([]);
    await context.close();
  });
});

// One look is enough: the order of the keys does not depend on it.
describe.skipIf(!wanted.test('models-keyboard') || !seen.test('light-1280'))('by keyboard alone', () => {
  test('models-keyboard', async () => {
    const { browser, origin } = opened;
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', timezoneId: 'UTC' });
    context.setDefaultTimeout(15_000);
    const page = await context.newPage();
    await page.goto(`${origin}/#/models`);
    await page.getByTestId('pack').first().waitFor();
    const buttons = await page.locator('main button').count();
    const focused = () => page.evaluate(() => (document.activeElement?.textContent ?? '').replace(/\s+/g, ' ').trim());
    const until = async (name: RegExp) => {
      for (let step = 0; step < 80; step += 1) {
        await page.keyboard.press('Tab');
        if (name.test(await focused())) return;
      }
      throw new Error(`${String(name)} is not reached by Tab`);
    };

    // Every button of the screen is reached, in the order of the screen.
    const reached = new Set<string>();
    for (let step = 0; step < buttons + 40; step += 1) {
      await page.keyboard.press('Tab');
      if (await page.evaluate(() => document.activeElement?.matches('main button') ?? false)) reached.add(await focused());
    }
    expect(reached.size).toBe(buttons);

    await until(/^Measure SmolVLM 256M/);
    await page.keyboard.press('Enter');
    await page.getByTestId('measured').waitFor();
    await until(/^Choose house-finetune/);
    await page.keyboard.press('Space');
    await page.locator('[data-pack="house-finetune"]').getByText('Chosen').waitFor();
    await until(/^Install….*SmolVLM 2.2B/);
    await page.keyboard.press('Enter');
    await page.getByTestId('ask-hub').waitFor();
    await page.keyboard.press('Escape');
    await page.getByTestId('ask-hub').waitFor({ state: 'detached' });
    expect(await focused()).toMatch(/^Install….*SmolVLM 2.2B/);
    await context.close();
  });
});
