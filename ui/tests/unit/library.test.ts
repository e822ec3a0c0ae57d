import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, test } from 'vitest';
import { memoryHost, type MemoryHost } from '../../src/host/memory';
import { choose, openWindow, press, toastSays } from './window';

let host: MemoryHost;
const capture = (name: string) => host.library.state.captures.find((each) => each.name === name)?.id ?? '';
const tools = () => screen.getAllByTestId('tool').map((row) => within(row).getByRole('heading').textContent);

beforeEach(() => {
  host = memoryHost({ more: true });
});

describe('searches that are kept', () => {
  beforeEach(async () => {
    await openWindow('#/library', host);
    await waitFor(() => expect(screen.getAllByTestId('tool')).toHaveLength(3));
  });

  test('one is run, shown as chosen, and let go again', async () => {
    await fireEvent.click(await screen.findByRole('button', { name: 'Cheap and open' }));
    expect(screen.getByTestId<HTMLInputElement>('search').value).toBe('price<15 licence:permissive');
    await waitFor(() => expect(tools()).toEqual(['Marrow']));
    const chip = screen.getByRole('button', { name: 'Cheap and open' });
    expect(chip.getAttribute('aria-pressed')).toBe('true');
    expect(screen.queryByRole('button', { name: /Save this search/ })).toBeNull();
    await fireEvent.click(chip);
    await waitFor(() => expect(tools()).toHaveLength(3));
  });

  test('what is typed is kept under a name, and removed with a way back', async () => {
    await fireEvent.input(screen.getByTestId('search'), { target: { value: 'tag:CI' } });
    await fireEvent.click(screen.getByRole('button', { name: /Save this search/ }));
    const field = screen.getByLabelText('Name of this search');
    expect(document.activeElement).toBe(field);
    await fireEvent.input(field, { target: { value: 'CI tools' } });
    await fireEvent.click(screen.getByRole('button', { name: 'Save' }));
    await fireEvent.click(await screen.findByRole('button', { name: 'Remove the search CI tools' }));
    await waitFor(() => expect(screen.queryByRole('button', { name: 'CI tools' })).toBeNull());
    await host.call('undo', {});
    expect(await screen.findByRole('button', { name: 'CI tools' })).toBeTruthy();
  });

  test('a condition is explained, and taken into the field', async () => {
    const help = screen.getByRole('button', { name: 'Conditions' });
    await fireEvent.click(help);
    expect(help.getAttribute('aria-expanded')).toBe('true');
    await fireEvent.click(screen.getByRole('button', { name: 'licence:permissive' }));
    await waitFor(() => expect(tools()).toEqual(['Marrow', 'Marrow CLI']));
  });

  test('what was not seen for long is listed and marked', async () => {
    await fireEvent.click(screen.getByRole('button', { name: 'Conditions' }));
    await fireEvent.click(screen.getByRole('button', { name: 'is:stale' }));
    const stale = host.library.tools().filter((tool) => tool.stale).map(({ name }) => name);
    await waitFor(() => expect(tools()).toEqual(stale));
    expect(stale.length).toBeGreaterThan(0);
    expect(stale.length).toBeLessThan(3);
    for (const row of screen.getAllByTestId('tool')) expect(row.textContent).toContain('Not seen for long');
  });
});

describe('a table of another program', () => {
  const columns = () => screen.getAllByTestId('table-column');
  const outcome = () => screen.getByTestId('import-outcome').textContent;

  beforeEach(async () => {
    await openWindow('#/library', host);
    await choose('More about the library', 'Import a table…');
    await waitFor(() => expect(columns()).toHaveLength(4));
  });

  test('shows what each column becomes and what would happen, and is entered as one step', async () => {
    expect(within(columns()[0] ?? document.body).getByRole('combobox').textContent).toContain('Name of the tool');
    expect(screen.getByLabelText<HTMLSelectElement>('What Our rating becomes').value).toBe('');
    expect(outcome()).toMatch(/5 claims for 2 tools\s+would be entered.\s+1 column is left out/);
    expect(screen.getByTestId('refused-row').textContent).toBe('Row 4 The row names no tool.');
    const before = host.library.tools().length;
    await fireEvent.click(screen.getByRole('button', { name: 'Import 5 claims' }));
    await toastSays(/5 claims entered for 2 tools/);
    expect(screen.queryByTestId('table-column')).toBeNull();
    expect(host.library.tools()).toHaveLength(before + 2);
    await host.call('undo', {});
    expect(host.library.tools()).toHaveLength(before);
  });

  test('a column becomes something else, and what would happen follows', async () => {
    await fireEvent.change(screen.getByLabelText('What Our rating becomes'), { target: { value: 'review' } });
    await waitFor(() => expect(outcome()).toContain('7 claims for 2 tools'));
    await fireEvent.change(screen.getByLabelText('What Tool becomes'), { target: { value: '' } });
    expect(outcome()).toContain('Say which column is the name of the tool.');
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Import' }).disabled).toBe(true);
  });

  test('cancelling enters nothing', async () => {
    const before = host.library.tools().length;
    await fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(screen.queryByTestId('table-column')).toBeNull();
    expect(host.library.tools()).toHaveLength(before);
  });
});

describe('tags', () => {
  test('the ticked tools are marked in one step', async () => {
    await openWindow('#/library', host);
    await waitFor(() => expect(screen.getAllByTestId('tool')).toHaveLength(3));
    for (const box of screen.getAllByRole('checkbox').slice(1)) await fireEvent.click(box);
    await choose('More about the library', /Tag the ticked tools/);
    await fireEvent.input(screen.getByLabelText('Tag for the ticked tools'), { target: { value: 'tests' } });
    await fireEvent.click(screen.getByRole('button', { name: /^Mark/ }));
    await toastSays(/2 tools marked as tests/);
    expect(host.library.tools().map(({ tags }) => tags.includes('tests'))).toEqual([false, true, true]);
  });

  test('two words for one thing are made one, and the tools follow', async () => {
    await openWindow('#/vocabulary', host);
    const [goes, stays] = [await screen.findByLabelText('The tag that goes'), screen.getByLabelText('The tag that stays')];
    const value = (select: HTMLElement, name: string) => within(select).getByRole('option', { name }).getAttribute('value');
    await fireEvent.change(goes, { target: { value: value(goes, 'continuous integration') } });
    await fireEvent.change(stays, { target: { value: value(stays, 'CI') } });
    await fireEvent.click(screen.getByRole('button', { name: /^Make them one/ }));
    expect(await screen.findByText(', also continuous integration')).toBeTruthy();
    expect(host.library.tools().find(({ name }) => name === 'Marrow')?.tags).toEqual(['CI']);
  });
});

describe('the library of a day', () => {
  test('lists what it held then, and leads to the tools of that day', async () => {
    await openWindow('#/library/as-of/2026-11-05', host);
    await waitFor(() => expect(screen.getByRole('list', { name: 'Tools at that time' })).toBeTruthy());
    expect(screen.getByTestId('as-of').textContent).toContain('The library as it was');
    expect(screen.getByRole('link', { name: 'Pinfold' }).getAttribute('href')).toMatch(/#\/tool\/tool-\d+\/2026-11-05/);
    expect(screen.queryByRole('link', { name: 'Marrow CLI' })).toBeNull();
    expect(screen.queryByRole('checkbox')).toBeNull();
  });
});

describe('captures', () => {
  test('say what was read and what was given, and a time that is none is refused', async () => {
    await openWindow(`#/capture/${capture('pinfold-pricing.png')}`, host);
    const pane = await screen.findByTestId('fields');
    await waitFor(() => expect(pane.textContent).toContain('pinfold.example/pricing read from the image'));
    expect(pane.textContent).toContain('given by you');
    expect(pane.textContent).toMatch(/File written.*from the file/s);
    await fireEvent.click(within(pane).getByRole('button', { name: /^Edit/ }));
    await fireEvent.input(within(pane).getByLabelText('Captured'), { target: { value: 'last week' } });
    await fireEvent.click(within(pane).getByRole('button', { name: 'Save' }));
    await toastSays(/"last week" is not a time. Nothing was changed/);
    await fireEvent.input(within(pane).getByLabelText('Captured'), { target: { value: '2026-11-11' } });
    await fireEvent.input(within(pane).getByLabelText('Address'), { target: { value: 'pinfold.example/plans' } });
    await fireEvent.click(within(pane).getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(pane.textContent).toContain('pinfold.example/plans given by you'));
  });

  test('carry a note that is written, changed and removed', async () => {
    const id = capture('pinfold-pricing.png');
    await openWindow(`#/capture/${id}`, host);
    const pane = await screen.findByTestId('note');
    const write = async (button: RegExp, text: string) => {
      await fireEvent.click(within(pane).getByRole('button', { name: button }));
      await fireEvent.input(within(pane).getByLabelText('Your note on this capture'), { target: { value: text } });
      await fireEvent.click(within(pane).getByRole('button', { name: /^Save\s+note/ }));
    };
    await write(/^Write a note/, 'The one with the table');
    await waitFor(() => expect(pane.textContent).toContain('The one with the table'));
    expect(await host.call('get_note', { kind: 'capture', target: id })).toBe('The one with the table');
    expect(host.library.history()[0]?.description).toBe('Wrote a note on pinfold-pricing.png');
    await write(/^Edit/, '');
    await waitFor(() => expect(within(pane).getByRole('button', { name: /^Write a note/ })).toBeTruthy());
  });

  test('of one page stand together, with what the newer one says differently', async () => {
    await openWindow(`#/capture/${capture('pinfold-pricing.png')}`, host);
    const pane = await screen.findByTestId('versions');
    await waitFor(() => expect(pane.textContent).toContain('Against version 1: 1 changed · 3 unchanged'));
    expect(within(pane).getByRole('link', { name: 'pinfold-pricing-march.png' })).toBeTruthy();
    const changed = within(pane).getAllByTestId('difference').filter((each) => each.dataset['kind'] === 'changed');
    expect(changed).toHaveLength(1);
    expect(changed[0]?.textContent).toMatch(/Version 1.*\$16.*Version 2.*\$20/s);
    const crops = within(changed[0] ?? pane).getAllByTestId('evidence-crop');
    expect(crops.map((crop) => crop.closest('a')?.getAttribute('aria-label'))).toEqual(['Show in pinfold-pricing-march.png', 'Show in pinfold-pricing.png']);
    expect(within(pane).getByText('Unchanged').closest('details')?.open).toBe(false);
  });

  test('are thrown away, listed with their days, and taken back', async () => {
    await openWindow('#/inbox', host);
    await choose('More about marrow-changelog.png', 'Move to the trash');
    await waitFor(() => expect(screen.queryByRole('link', { name: 'marrow-changelog.png' })).toBeNull());
    await toastSays(/marrow-changelog.png is in the trash for 30 days/);
    location.hash = '#/storage';
    await waitFor(() => expect(screen.getAllByTestId('trashed')).toHaveLength(2));
    expect(screen.getAllByTestId('trashed')[0]?.textContent).toContain('30 days left');
    await fireEvent.click(screen.getByRole('button', { name: /^Take back.*marrow-changelog.png/ }));
    await waitFor(() => expect(screen.getAllByTestId('trashed')).toHaveLength(1));
  });

  test('go for good only after a question, and not while claims rest on them', async () => {
    await host.call('trash_captures', { ids: [capture('marrow-readme.png')] });
    await openWindow('#/storage', host);
    await waitFor(() => expect(screen.getAllByTestId('trashed')).toHaveLength(2));
    await fireEvent.click(screen.getByRole('button', { name: /^Empty/ }));
    expect(screen.getByRole('dialog').textContent).toContain('This cannot be undone');
    await fireEvent.click(screen.getByRole('button', { name: 'Keep it' }));
    expect(screen.getAllByTestId('trashed')).toHaveLength(2);
    await fireEvent.click(screen.getByRole('button', { name: /^Empty/ }));
    await fireEvent.click(screen.getByRole('button', { name: 'Remove 1 capture for good' }));
    await waitFor(() => expect(screen.getAllByTestId('trashed')).toHaveLength(1));
    expect(screen.getByTestId('trashed').textContent).toContain('marrow-readme.png');
    await toastSays(/1 capture removed for good. 1 stayed, because claims rest on it/);
  });
});

describe('storage', () => {
  test('lists backups with day and reason, and a new one appears', async () => {
    await openWindow('#/storage', host);
    await waitFor(() => expect(screen.getByText('Before an update of the library')).toBeTruthy());
    await fireEvent.click(screen.getByRole('button', { name: 'Make a backup' }));
    await waitFor(() => expect(screen.getByText('Asked for')).toBeTruthy());
  });

  test('goes back to a backup after a question that says what is left out', async () => {
    await openWindow('#/storage', host);
    await fireEvent.click(await screen.findByRole('button', { name: 'Make a backup' }));
    await waitFor(() => expect(screen.getByText('Asked for')).toBeTruthy());
    const before = host.library.tools().map(({ tags }) => tags);
    await host.call('mark_tools', { tools: host.library.tools().map(({ id }) => id), scheme: 'tag', label: 'later', marked: true });
    const row = () => screen.getByText('Asked for').closest('li') ?? document.body;
    await waitFor(() => expect(row().textContent).toMatch(/3 tools · \d+ claims · \d+ captures/));
    await fireEvent.click(within(row()).getByRole('button', { name: /^Go back/ }));
    const dialog = screen.getByRole('dialog');
    await waitFor(() => expect(dialog.textContent).toContain('1 step of yours is left out of it'));
    expect(dialog.textContent).toContain('is kept as a backup first');
    await fireEvent.click(within(dialog).getByRole('button', { name: 'Go back' }));
    await toastSays(/What it was before is kept as the newest backup/);
    expect(host.library.tools().map(({ tags }) => tags)).toEqual(before);
    expect(await screen.findByText('Before going back to a backup')).toBeTruthy();
  });
});

describe('removing parts for good', () => {
  const price = () => host.library.state.claims.filter(({ raw_text }) => raw_text.includes('$16'));

  test('what goes is listed before, asked about once more, and gone from everything', async () => {
    const id = capture('pinfold-pricing-march.png');
    await openWindow(`#/capture/${id}`, host);
    await choose('More about pinfold-pricing-march.png', /Remove parts/);
    const pane = screen.getByTestId('redact');
    expect(within(pane).getByRole<HTMLButtonElement>('button', { name: /Remove for good/ }).disabled).toBe(true);
    const line = within(pane).getByRole('option', { name: '$16' });
    await fireEvent.change(within(pane).getByLabelText('Line of the page'), { target: { value: line.getAttribute('value') } });
    await waitFor(() => expect(pane.textContent).toContain('1 claim that rests on nothing else goes too.'));
    expect(pane.textContent).toContain('1 older copy of the library still holds it');
    expect(price()).toHaveLength(1);

    await fireEvent.click(within(pane).getByRole('button', { name: /Remove for good/ }));
    const dialog = screen.getByRole('dialog');
    expect(dialog.textContent).toContain('This cannot be undone.');
    await fireEvent.click(within(dialog).getByRole('button', { name: 'Remove for good' }));
    await waitFor(() => expect(screen.queryByTestId('redact')).toBeNull());
    expect(price()).toHaveLength(0);
    await host.call('undo', {});
    expect(price()).toHaveLength(0);
    expect((await host.call('get_capture', { id })).reading?.lines.some(({ text }) => text === '$16')).toBe(false);
  });

  test('a box is kept by Enter and taken away again, and Escape leaves everything', async () => {
    await openWindow(`#/capture/${capture('pinfold-pricing-march.png')}`, host);
    await choose('More about pinfold-pricing-march.png', /Remove parts/);
    await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('application')));
    await press('ArrowDown', 'Shift+ArrowDown', 'Enter');
    expect(screen.getAllByTestId('kept')).toHaveLength(1);
    await fireEvent.click(screen.getByRole('button', { name: 'Remove box 1' }));
    expect(screen.queryByTestId('kept')).toBeNull();
    screen.getByRole('application').focus();
    await press('Escape');
    await waitFor(() => expect(screen.queryByTestId('redact')).toBeNull());
  });
});

describe('watched folders', () => {
  test('are added, paused and let go; files that were not added are named', async () => {
    await openWindow('#/inbox', host);
    const row = await screen.findByTestId('watched');
    expect(row.textContent).toContain('notes.txt is a text, not an image. It was not added.');
    await fireEvent.click(within(row).getByRole('button', { name: /^Pause/ }));
    await waitFor(() => expect(row.textContent).toContain('what appears meanwhile is taken in when it goes on'));
    await choose('More about ~/Pictures/Screenshots', 'Stop watching');
    await waitFor(() => expect(screen.queryByTestId('watched')).toBeNull());
    await choose('More about the inbox', /Watch a folder/);
    expect(await screen.findByTestId('watched')).toBeTruthy();
  });
});

describe('which page a capture shows', () => {
  test('is said by hand, and taken back', async () => {
    const id = capture('marrow-cli-readme.png');
    await openWindow(`#/capture/${id}`, host);
    await choose('More about marrow-cli-readme.png', /Say which page/);
    const select = screen.getByLabelText('Earlier capture of the same page');
    expect(document.activeElement).toBe(select);
    await fireEvent.change(select, { target: { value: capture('marrow-readme.png') } });
    await fireEvent.click(screen.getByRole('button', { name: 'New version of it' }));
    await waitFor(() => expect(screen.getByTestId('versions').textContent).toMatch(/Version 1.*marrow-readme.png.*Version 2.*this one/s));
    await choose('More about marrow-cli-readme.png', /Say which page/);
    await fireEvent.click(screen.getByRole('button', { name: 'A page of its own' }));
    await waitFor(() => expect(screen.queryByTestId('versions')).toBeNull());
  });
});
