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

describe('a proposal put elsewhere', () => {
  let host: MemoryHost;
  const operations = () => host.library.changeSet(setOf(host, 'pinfold-vs-marrow.png')).operations;

  beforeEach(async () => {
    host = memoryHost();
    await openWindow(`#/review/${setOf(host, 'pinfold-vs-marrow.png')}`, host);
    await waitFor(() => expect(proposals()).toHaveLength(18));
  });

  test('M moves it to another tool and field, and the keys go on where they were', async () => {
    await press('j', 'm');
    const tool = screen.getByRole('combobox', { name: 'Tool' });
    expect(document.activeElement).toBe(tool);
    const moved = operations()[1]?.id;
    await fireEvent.input(tool, { target: { value: 'marrow' } });
    await fireEvent.change(screen.getByRole('combobox', { name: 'Field' }), { target: { value: 'feature' } });
    await fireEvent.click(screen.getByRole('button', { name: 'Move' }));
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Move' })).toBeNull());
    expect(operations().find(({ id }) => id === moved)).toMatchObject({ tool: 1, proposal: { property: 'feature' } });
    expect(chosen().dataset['property']).toBe('feature');
    expect(chosen().contains(document.activeElement)).toBe(true);
  });

  test('to a tool that the page did not speak of; without a name it stays and says why', async () => {
    await press('j', 'm');
    await fireEvent.input(screen.getByRole('combobox', { name: 'Tool' }), { target: { value: ' ' } });
    await fireEvent.click(screen.getByRole('button', { name: 'Move' }));
    expect(screen.getByRole('alert').textContent).toContain('Type the name of the tool');
    await fireEvent.input(screen.getByRole('combobox', { name: 'Tool' }), { target: { value: 'Tallowbox' } });
    await fireEvent.click(screen.getByRole('button', { name: 'Move' }));
    await waitFor(() => expect(screen.getByRole('heading', { name: 'Tallowbox' })).toBeTruthy());
  });

  test('Shift+X rejects with a reason, which stays with the proposal', async () => {
    await press('j', 'Shift+X');
    const field = screen.getByRole('textbox', { name: 'Reason' });
    expect(document.activeElement).toBe(field);
    await fireEvent.input(field, { target: { value: 'A heading, not a category' } });
    await fireEvent.submit(field.closest('form') ?? field);
    await waitFor(() => expect(decisions()[1]).toBe('rejected'));
    expect(proposals()[1]?.textContent).toContain('A heading, not a category');
    await waitFor(() => expect(chosen().dataset['property']).toBe('tagline'));
    expect(operations()[1]?.reason).toBe('A heading, not a category');
  });

  test('D draws a region; what stands there becomes a proposal that has to be looked at', async () => {
    await press('d');
    const form = screen.getByTestId('draw-form');
    const line = within(form).getByRole('option', { name: 'Two ways to make checks faster, read side by side.' });
    await fireEvent.change(screen.getByRole('combobox', { name: 'Line of the page' }), { target: { value: line.getAttribute('value') } });
    expect(within(form).getByText('Two ways to make checks faster, read side by side.', { selector: 'strong' })).toBeTruthy();
    expect(screen.getByTestId('drawn')).toBeTruthy();
    await fireEvent.click(screen.getByRole('button', { name: 'Propose' }));
    await waitFor(() => expect(proposals()).toHaveLength(19));
    await waitFor(() => expect(chosen().textContent).toContain('Two ways to make checks faster'));
    expect(chosen().dataset['status']).toBe('needs_review');
    expect(screen.queryByTestId('draw-form')).toBeNull();
  });

  test('arrow keys move and size the box, and Escape leaves everything as it was', async () => {
    await press('d');
    const layer = screen.getByRole('application');
    expect(document.activeElement).toBe(layer);
    await press('ArrowDown', 'ArrowRight', 'Shift+ArrowRight', 'Shift+ArrowRight');
    expect(screen.getByTestId('drawn').style.width).toBe(`${((1280 / 4 + 20) / 1280) * 100}%`);
    await press('Escape');
    expect(screen.queryByTestId('draw-form')).toBeNull();
    expect(operations()).toHaveLength(18);
  });

  test('when the library moves on, what would happen now is said before the merge', async () => {
    const other = host.library.changeSet(setOf(host, 'pinfold-vs-marrow.png'));
    const claim = host.library.state.claims.find(({ property, raw_text }) => property === 'panel_ship' && raw_text === '50%');
    expect(other.operations.find(({ proposal }) => proposal.raw_text === '75%')?.kind.type).toBe('replace');
    await host.call('lock_claim', { claim: claim?.id ?? '', locked: true });
    await waitFor(() => expect(screen.getAllByTestId('overtaken')).toHaveLength(1));
    expect(screen.getByText(/1 proposal would do something else now, because the library changed/)).toBeTruthy();
    const row = proposals().find((each) => each.querySelector('[data-testid=overtaken]'));
    expect(row?.textContent).toContain('was entered by hand');
    await fireEvent.click(within(row ?? document.body).getByRole('button', { name: 'Reject' }));
    await waitFor(() => expect(screen.queryByTestId('overtaken')).toBeNull());
  });
});

describe('a name that the library almost knows', () => {
  test('is asked about, and can be taken for it or remembered as another', async () => {
    const host = memoryHost();
    await openWindow(`#/review/${setOf(host, 'Screenshot 2026-11-19 at 10.42.08.png')}`, host);
    await waitFor(() => expect(screen.getByRole('heading', { name: 'Unnamed tool' })).toBeTruthy());
    await press('n');
    await fireEvent.input(screen.getByRole('textbox', { name: 'Name of the tool' }), { target: { value: 'Pin Fold' } });
    const guess = await screen.findByTestId('name-guess');
    expect(guess.textContent).toContain('May be Pinfold of your library: the same words, written differently.');
    await fireEvent.click(within(guess).getByRole('button', { name: 'It is Pinfold' }));
    await waitFor(() => expect(screen.getByText('In library')).toBeTruthy());
    expect(screen.getByRole('heading', { name: 'Pinfold' })).toBeTruthy();
    await waitFor(() => expect(screen.queryByTestId('name-guess')).toBeNull());
  });
});
