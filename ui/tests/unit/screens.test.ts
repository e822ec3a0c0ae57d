import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';
import { memoryHost } from '../../src/host/memory';
import { Drawing } from '../../src/host/memory/drawing';
import { openWindow, press } from './window';

describe('a long list', () => {
  test('is shown as far as somebody looks', async () => {
    const host = memoryHost();
    const before = host.library.captures.length;
    for (let number = 0; number < 150; number += 1) host.library.addUnread(`page-${number}.png`, new Drawing(100, 80, '#eceae4'), { type: 'queued' });
    await openWindow('#/inbox', host);
    const rows = () => screen.getByRole('list', { name: 'Captures' }).querySelectorAll(':scope > li:not(.more)');
    await waitFor(() => expect(rows()).toHaveLength(100));
    await fireEvent.click(screen.getByRole('button', { name: `Show more (${before + 50} items left)` }));
    await waitFor(() => expect(rows()).toHaveLength(before + 150));
    expect(screen.queryByRole('button', { name: /^Show more/ })).toBeNull();
  });
});

describe('inbox', () => {
  test('shows each state with its reason and what can be done', async () => {
    await openWindow('#/inbox');
    const states = screen.getAllByTestId('capture').map((row) => row.dataset['state']);
    expect(new Set(states)).toEqual(new Set(['queued', 'running', 'ready', 'failed', 'cancelled']));
    expect(screen.getByText(/The picture ends early/)).toBeTruthy();
    expect(screen.getByRole('button', { name: /Retry.*team-notes-scan.webp/ })).toBeTruthy();
    expect(screen.getByRole('button', { name: /Cancel.*marrow-changelog.png/ })).toBeTruthy();
    expect(screen.getByRole('progressbar', { name: /Reading text/ })).toHaveProperty('value', 41);
  });

  test('progress is shown as it comes, without a new list', async () => {
    const host = await openWindow('#/inbox');
    const capture = host.library.state.captures.find(({ state }) => state.type === 'queued')?.id ?? '';
    host.emit({ type: 'progress', capture, state: { type: 'running', stage: 'proposing', done: 1, total: 2 } });
    await waitFor(() => expect(screen.getByText('Proposing claims…')).toBeTruthy());
    host.emit({ type: 'progress', capture, state: { type: 'failed', code: 'timeout', message: 'It took too long. Nothing was changed.' } });
    await waitFor(() => expect(screen.getAllByText(/It took too long/)).toHaveLength(2));
  });

  test('retry and cancel reach the core', async () => {
    const host = await openWindow('#/inbox');
    await fireEvent.click(screen.getByRole('button', { name: /Retry.*team-notes-scan.webp/ }));
    await waitFor(() => expect(host.library.state.captures.find(({ name }) => name === 'team-notes-scan.webp')?.state.type).toBe('queued'));
  });

  test('files over the window are announced, and each gets its outcome', async () => {
    const host = await openWindow('#/inbox');
    host.emit({ type: 'drop_hover', hovering: true, files: 3 });
    await waitFor(() => expect(screen.getByText('Add 3 images')).toBeTruthy());
    const known = host.library.state.captures[0]?.id ?? '';
    host.emit({
      type: 'added',
      outcomes: [
        { name: 'one.png', result: { type: 'added', capture: known } },
        { name: 'two.png', result: { type: 'already_here', capture: known } },
        { name: 'three.pdf', result: { type: 'not_an_image', message: 'This is a PDF, not an image. It was not added.' } },
      ],
    });
    const toast = await screen.findByTestId('toast');
    expect(screen.queryByText('Add 3 images')).toBeNull();
    expect(within(toast).getByText('1 image added · 1 already here · 1 not added.')).toBeTruthy();
    expect(within(toast).getByRole('link', { name: /Open/ }).getAttribute('href')).toBe(`#/capture/${known}`);
    expect(within(toast).getByText(/This is a PDF/)).toBeTruthy();
  });

  test('an empty library welcomes and offers samples, which are marked', async () => {
    await openWindow('#/inbox', memoryHost({ empty: true }));
    expect(screen.getByText(/opens no network connection, unless you ask/)).toBeTruthy();
    await fireEvent.click(screen.getByRole('button', { name: 'Look around with samples' }));
    await waitFor(() => expect(screen.getAllByTestId('capture')).toHaveLength(4));
    expect(screen.getAllByText('Sample')).toHaveLength(4);
  });

  test('a failed command shows its sentence and an action', async () => {
    await openWindow('#/inbox');
    await fireEvent.click(screen.getByRole('button', { name: 'Paste' }));
    const toast = await screen.findByTestId('toast');
    expect(toast.textContent).toContain('There is no picture on the clipboard. Nothing was added.');
    expect(within(toast).getByRole('button', { name: 'Add images…' })).toBeTruthy();
  });
});

describe('library', () => {
  test('search finds claims and page text, and a hit opens its evidence', async () => {
    await openWindow('#/library');
    await press('/');
    const field = screen.getByTestId('search');
    await waitFor(() => expect(document.activeElement).toBe(field));
    await fireEvent.input(field, { target: { value: 'forgejo' } });
    await waitFor(() => expect(screen.getAllByTestId('hit')).toHaveLength(2));
    await fireEvent.click(screen.getAllByTestId('hit')[0] ?? field);
    const panel = await screen.findByRole('complementary', { name: 'Evidence' });
    expect(within(panel).getByRole('heading', { name: 'Works with GitHub, GitLab and Forgejo' })).toBeTruthy();
    expect(within(panel).getByTestId('evidence-crop').getAttribute('alt')).toContain('Works with GitHub');
    await press('Escape');
    expect(screen.queryByRole('complementary')).toBeNull();
  });

  test('text of pages is shown as text, whatever it holds', async () => {
    const host = memoryHost();
    const claim = host.library.state.claims.find(({ property }) => property === 'tagline');
    if (claim) claim.value = { type: 'text', text: '<img src=x onerror=alert(1)> forgejo' };
    await openWindow('#/library', host);
    await fireEvent.input(screen.getByTestId('search'), { target: { value: 'onerror' } });
    await waitFor(() => expect(screen.getByTestId('hit').textContent).toContain('<img src=x onerror=alert(1)>'));
    expect(document.querySelector('img[src="x"]')).toBeNull();
  });

  test('nothing found is said', async () => {
    await openWindow('#/library');
    await fireEvent.input(screen.getByTestId('search'), { target: { value: 'zzzz' } });
    await waitFor(() => expect(screen.getByText('Nothing found for “zzzz”')).toBeTruthy());
  });

  test('two ticked tools and C open the comparison', async () => {
    await openWindow('#/library');
    await waitFor(() => expect(screen.getAllByTestId('tool')).toHaveLength(2));
    for (const box of screen.getAllByRole('checkbox')) await fireEvent.click(box);
    await press('c');
    await waitFor(() => expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Pinfold vs Marrow'));
  });
});

describe('comparison', () => {
  const cell = (property: string, column: number) => {
    const found = screen
      .getAllByTestId('compare-cell')
      .find((each) => each.dataset['property'] === property && each.dataset['column'] === String(column));
    if (!found) throw new Error(`no cell ${property} ${column}`);
    return found;
  };

  test('a missing value is missing, a value left blank is not stated', async () => {
    await openWindow('#/compare/proposals');
    await waitFor(() => expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Pinfold vs Marrow'));
    expect(cell('community_votes', 0).textContent).toContain('not stated');
    expect(within(cell('community_votes', 0)).getByRole('button')).toBeTruthy();
    expect(cell('community_votes', 1).textContent).toBe('not given');
    expect(within(cell('community_votes', 1)).queryByRole('button')).toBeNull();
    expect(screen.getByText(/preview of proposals/)).toBeTruthy();
  });

  test('every value opens its pixels', async () => {
    const host = await openWindow('#/compare');
    await waitFor(() => expect(cell('entry_price', 0).textContent).toContain('Free'));
    const values = screen.getAllByTestId('compare-cell').flatMap((each) => within(each).queryAllByRole('button'));
    expect(values.length).toBeGreaterThan(15);
    for (const value of values) {
      await fireEvent.click(value);
      const panel = screen.getByRole('complementary', { name: 'Evidence' });
      const crop = within(panel).getAllByTestId('evidence-crop')[0];
      expect(crop?.getAttribute('src')).toMatch(/^data:image/);
    }
    expect(host.library.state.tools).toHaveLength(2);
  });

  test('only differences hides what is the same', async () => {
    const host = memoryHost();
    const [pinfold, marrow] = host.library.state.tools.map(({ id }) => id);
    const license = host.library.state.claims.find(({ property }) => property === 'license');
    if (license) host.library.state.claims.push({ ...license, id: 'same', tool: pinfold ?? '' });
    await openWindow(`#/compare/${pinfold}/${marrow}`, host);
    await waitFor(() => expect(screen.getByRole('rowheader', { name: 'License' })).toBeTruthy());
    await fireEvent.click(screen.getByRole('button', { name: 'Only differences' }));
    expect(screen.queryByRole('rowheader', { name: 'License' })).toBeNull();
    expect(screen.getByRole('rowheader', { name: 'Benchmarks' })).toBeTruthy();
    expect(screen.getByText('1 row is the same and not shown.')).toBeTruthy();
  });
});

describe('tool page and history', () => {
  test('a value entered by hand is marked, and a superseded one stays visible', async () => {
    const host = memoryHost();
    const capture = host.library.state.captures.find(({ name }) => name === 'pinfold-pricing.png');
    const set = host.library.changeSet(capture?.change_set ?? '');
    const ids = set.operations.map(({ id }) => id);
    host.library.decide({ change_set: set.id, revision: set.revision, operations: ids, decision: 'accepted', edited_text: null, reason: null });
    host.library.merge(set.id, set.revision);
    const [pinfold, marrow] = host.library.state.tools.map(({ id }) => id);
    await openWindow(`#/tool/${pinfold}`, host);
    const earlier = await screen.findByRole('region', { name: 'Earlier values' });
    expect(earlier.textContent).toContain('$16 per seat per month');
    expect(earlier.textContent).toContain('Superseded');
    location.hash = `#/tool/${marrow}`;
    await waitFor(() => expect(screen.getByText('Entered by you')).toBeTruthy());
  });

  test('undo and redo walk the history', async () => {
    await openWindow('#/history');
    await waitFor(() => expect(screen.getAllByText(/^Merge of/)).toHaveLength(4));
    await fireEvent.click(screen.getByTestId('undo'));
    await waitFor(() => expect(screen.getByText('Undone')).toBeTruthy());
    await fireEvent.click(screen.getByTestId('redo'));
    await waitFor(() => expect(screen.queryByText('Undone')).toBeNull());
  });
});

describe('palette and status', () => {
  test('Ctrl+K finds a tool by name and goes there', async () => {
    await openWindow('#/inbox');
    await press('Ctrl+k');
    const field = await screen.findByRole('combobox', { name: /Command, tool/ });
    await fireEvent.input(field, { target: { value: 'marrow tool' } });
    await waitFor(() => expect(screen.getAllByRole('option')).toHaveLength(1));
    await fireEvent.keyDown(field, { key: 'Enter' });
    await waitFor(() => expect(screen.getByRole('heading', { level: 1, name: 'Marrow' })).toBeTruthy());
  });

  test('the status bar counts connections and jobs and names the library', async () => {
    await openWindow('#/inbox');
    const bar = screen.getByRole('contentinfo');
    expect(bar.textContent).toContain('Offline · 0 connections since start');
    expect(bar.textContent).toContain('2 images being read');
    expect(bar.textContent).toContain('~/.local/share/shortlist/library');
  });
});

describe('equal values', () => {
  test('of several claims stand once in a comparison, with every sighting and the strongest status', async () => {
    const host = memoryHost();
    const license = host.library.state.claims.find(({ property }) => property === 'license');
    if (!license) throw new Error('no license');
    host.library.state.claims.push({ ...license, id: 'again', speaker: 'site', status: 'needs_review', value: { type: 'text', text: 'APACHE-2.0  license' } });
    await openWindow('#/compare', host);
    const cell = await waitFor(() => {
      const found = screen.getAllByTestId('compare-cell').find(({ dataset }) => dataset['property'] === 'license' && dataset['column'] === '1');
      if (!found) throw new Error('no cell');
      return found;
    });
    const [value, ...others] = within(cell).getAllByRole('button');
    expect(others).toEqual([]);
    expect(value?.textContent).toMatch(/Apache-2.0 license.*Verified.*Vendor says, Site says/s);
    await fireEvent.click(value ?? cell);
    expect(within(screen.getByRole('complementary')).getAllByTestId('sighting')).toHaveLength(2);
  });
});
