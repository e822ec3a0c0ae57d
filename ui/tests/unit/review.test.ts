import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, test } from 'vitest';
import { memoryHost, type MemoryHost } from '../../src/host/memory';
import { chosen, decisions, openWindow, press, proposals } from './window';

function setOf(host: MemoryHost, capture: string): string {
  const found = host.library.state.captures.find(({ name }) => name === capture);
  return found?.change_set ?? '';
}

describe('a review by keyboard', () => {
  let host: MemoryHost;

  beforeEach(async () => {
    host = memoryHost();
    await openWindow(`#/review/${setOf(host, 'pinfold-vs-marrow.png')}`, host);
    await waitFor(() => expect(proposals()).toHaveLength(18));
  });

  test('each line says place, property, value, status and speaker', () => {
    const price = proposals().filter((line) => line.dataset['property'] === 'price')[1];
    const line = within(price ?? document.body).getByRole('button', { name: /Claim 14 of 18/ });
    expect(line.getAttribute('aria-label')).toBe(
      'Claim 14 of 18. Price. Proposed $12 per month (from). Needs review. Site says.',
    );
  });

  test('J and K move the choice and the focus', async () => {
    expect(chosen().dataset['property']).toBe('name');
    await press('j', 'ArrowDown');
    expect(chosen().dataset['property']).toBe('tagline');
    expect(chosen().contains(document.activeElement)).toBe(true);
    await press('k');
    expect(chosen().dataset['property']).toBe('category');
  });

  test('A accepts, X rejects, U clears, and the counter follows', async () => {
    await press('a', 'x');
    expect(decisions().slice(0, 3)).toEqual(['accepted', 'rejected', 'pending']);
    expect(screen.getByText('2 of 18 reviewed')).toBeTruthy();
    await press('k', 'u');
    expect(decisions()[1]).toBe('pending');
    expect(screen.getByText('1 of 18 reviewed')).toBeTruthy();
  });

  test('keys pressed faster than the core answers are all taken', async () => {
    const target = document.body;
    await Promise.all([fireEvent.keyDown(target, { key: 'a' }), fireEvent.keyDown(target, { key: 'j' }), fireEvent.keyDown(target, { key: 'x' })]);
    await waitFor(() => expect(decisions().slice(0, 2)).toEqual(['accepted', 'rejected']));
    expect(screen.queryAllByTestId('toast')).toHaveLength(0);
  });

  test('Shift+A accepts the verified and nothing else', async () => {
    await press('Shift+A');
    const accepted = proposals().filter((line) => line.dataset['decision'] === 'accepted');
    expect(accepted.every((line) => line.dataset['status'] === 'verified')).toBe(true);
    const waiting = proposals().filter((line) => line.dataset['decision'] === 'pending');
    expect(waiting.map((line) => line.dataset['status']).sort()).toEqual(['needs_review', 'needs_review', 'not_found']);
    expect(chosen().dataset['decision']).toBe('pending');
  });

  test('E edits in place: Enter saves, Esc leaves the value as it was read', async () => {
    await press('j', 'e');
    const field = screen.getByRole('textbox', { name: 'Value' });
    expect(document.activeElement).toBe(field);
    await press('Escape');
    expect(screen.queryByRole('textbox', { name: 'Value' })).toBeNull();
    expect(decisions()[1]).toBe('pending');

    await press('e');
    await fireEvent.input(screen.getByRole('textbox', { name: 'Value' }), { target: { value: 'Build tools' } });
    await press('Enter');
    expect(decisions()[1]).toBe('edited');
    expect(within(proposals()[1] ?? document.body).getByText('Build tools')).toBeTruthy();
    expect(within(proposals()[1] ?? document.body).getByText('Entered by you')).toBeTruthy();
  });

  test('letters typed into a field are text, not commands', async () => {
    await press('e');
    await press('a', 'x', 'j', '?');
    expect(decisions().every((decision) => decision === 'pending')).toBe(true);
    expect(chosen().dataset['property']).toBe('name');
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  test('a value that cannot be understood keeps the field open and says why', async () => {
    const panel = proposals().findIndex((line) => line.dataset['property'] === 'panel_ship');
    await press(...Array<string>(panel).fill('j'), 'e');
    await fireEvent.input(screen.getByRole('textbox', { name: 'Value' }), { target: { value: 'most' } });
    await press('Enter');
    expect(screen.getByRole('alert').textContent).toContain('Type a number such as 87%');
    expect(decisions()[panel]).toBe('pending');
  });

  test('merging says what happened, opens the next change set, and Z takes it back', async () => {
    await press('Shift+A', 'Ctrl+Enter');
    await waitFor(() => expect(screen.getByText('15 claims merged into 2 tools.')).toBeTruthy());
    expect(location.hash).not.toContain(setOf(host, 'pinfold-vs-marrow.png'));
    await waitFor(() => expect(proposals().length).toBeLessThan(18));
    expect(chosen().contains(document.activeElement)).toBe(true);

    await press('z');
    await waitFor(() => expect(screen.getByText(/^Undone: Merge of 15 claims/)).toBeTruthy());
    await waitFor(() => expect(proposals()).toHaveLength(18));
    expect(decisions().filter((decision) => decision === 'accepted')).toHaveLength(15);
    expect(screen.getByText('Merge undone')).toBeTruthy();
  });

  test('nothing merges while nothing is accepted', async () => {
    expect(screen.getByTestId('merge')).toHaveProperty('disabled', true);
    await press('Ctrl+Enter');
    expect(screen.getByText(/Nothing is accepted yet/)).toBeTruthy();
    expect(host.library.changeSet(setOf(host, 'pinfold-vs-marrow.png')).state).toBe('open');
  });

  test('single keys can be switched off', async () => {
    await press('?');
    await fireEvent.click(screen.getByRole('checkbox', { name: /Keys without Ctrl/ }));
    await fireEvent.click(screen.getByRole('button', { name: 'Close' }));
    await press('a');
    expect(decisions()[0]).toBe('pending');
    await press('ArrowDown');
    expect(chosen().dataset['property']).toBe('category');
  });
});

describe('special change sets', () => {
  test('a tool without a name asks for one before the merge', async () => {
    const host = memoryHost();
    const id = setOf(host, 'Screenshot 2026-11-19 at 10.42.08.png');
    await openWindow(`#/review/${id}`, host);
    await waitFor(() => expect(screen.getByRole('heading', { name: 'Unnamed tool' })).toBeTruthy());
    await press('Shift+A', 'Ctrl+Enter');
    const field = screen.getByRole('textbox', { name: 'Name of the tool' });
    await fireEvent.input(field, { target: { value: 'Tallowbox' } });
    await press('Enter');
    await waitFor(() => expect(screen.getByRole('heading', { name: 'Tallowbox' })).toBeTruthy());
    await press('Ctrl+Enter');
    await waitFor(() => expect(screen.getByText('4 claims merged into 1 tool.')).toBeTruthy());
    expect(host.library.state.tools.map(({ name }) => name)).toContain('Tallowbox');
  });

  test('a changed price is shown as a replacement', async () => {
    const host = memoryHost();
    await openWindow(`#/review/${setOf(host, 'pinfold-pricing.png')}`, host);
    await waitFor(() => expect(screen.getByText('Replaces “$16 per seat per month”, which becomes history.')).toBeTruthy());
  });

  test('a stale revision is refused with a way out, and the newest state is loaded', async () => {
    const host = memoryHost();
    const id = setOf(host, 'pinfold-vs-marrow.png');
    await openWindow(`#/review/${id}`, host);
    await waitFor(() => expect(proposals()).toHaveLength(18));
    const set = host.library.changeSet(id);
    host.library.decide({
      change_set: id,
      revision: set.revision,
      operations: [set.operations[4]?.id ?? ''],
      decision: 'rejected',
      edited_text: null,
      reason: null,
    });
    await press('a');
    expect(screen.getByText(/was changed elsewhere/)).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Load again' })).toBeTruthy();
    await waitFor(() => expect(decisions()[4]).toBe('rejected'));
    await press('a');
    await waitFor(() => expect(decisions()[0]).toBe('accepted'));
  });
});
