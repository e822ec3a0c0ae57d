/** The built window in a real browser, for the tests of pages. */
import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';
import { preview } from 'vite';

export interface Screen {
  name: string;
  address: string;
  /** Brings the screen into a state worth looking at. */
  prepare?: (page: Page) => Promise<unknown>;
}

export interface Opened {
  browser: Browser;
  origin: string;
  close: () => Promise<void>;
}

const candidates = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export async function openBrowser(): Promise<Opened> {
  const executablePath = candidates.find((path) => path !== undefined && existsSync(path));
  if (executablePath === undefined) throw new Error('No Chromium was found. Install it, or name it in CHROMIUM.');
  const server = await preview({ preview: { host: '127.0.0.1', port: 0 }, logLevel: 'error' });
  const origin = server.resolvedUrls?.local[0]?.replace(/\/$/, '') ?? '';
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  return {
    browser,
    origin,
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
}

export const press = (...keys: string[]) => async (page: Page) => {
  for (const key of keys) await page.keyboard.press(key);
};
