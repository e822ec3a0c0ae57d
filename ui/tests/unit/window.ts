/** The whole window on the in-memory host, and the keys of a person. */
import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { expect } from 'vitest';
import App from '../../src/App.svelte';
import { memoryHost, type MemoryHost } from '../../src/host/memory';

export async function openWindow(hash: string, host: MemoryHost = memoryHost()): Promise<MemoryHost> {
  location.hash = hash;
  // jsdom tells of a new address later; the window must not see that of the test before.
  await new Promise((done) => setTimeout(done));
  render(App, { props: { host } });
  await waitFor(() => expect(screen.getByTestId('app').dataset['ready']).toBe('true'));
  return host;
}

export async function press(...keys: string[]): Promise<void> {
  for (const each of keys) {
    const parts = each.split('+');
    const key = parts.at(-1) ?? '';
    const target = document.activeElement ?? document.body;
    await fireEvent.keyDown(target, { key, ctrlKey: parts.includes('Ctrl'), shiftKey: parts.includes('Shift') });
    // Lets the answer of the core arrive.
    await new Promise((done) => setTimeout(done));
  }
}

export function proposals(): HTMLElement[] {
  return screen.getAllByTestId('proposal');
}

export function decisions(): (string | undefined)[] {
  return proposals().map((line) => line.dataset['decision']);
}

export function chosen(): HTMLElement {
  const line = proposals().find((each) => each.querySelector('[aria-current="true"]'));
  if (!line) throw new Error('no proposal is chosen');
  return line;
}

/** Opens a “…” menu and takes one of its entries. */
export async function choose(menu: string, item: string | RegExp): Promise<void> {
  await fireEvent.click(await screen.findByRole('button', { name: menu }));
  await fireEvent.click(await screen.findByRole('menuitem', { name: item }));
}

export async function toastSays(text: RegExp): Promise<void> {
  await waitFor(() => expect(screen.getAllByTestId('toast').some((toast) => text.test(toast.textContent))).toBe(true));
}
