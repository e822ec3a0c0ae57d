import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, test } from 'vitest';
import { memoryHost, type MemoryHost } from '../../src/host/memory';
import { choose, openWindow, toastSays } from './window';

let host: MemoryHost;
const id = (name: string) => host.library.toolNamed(name)?.id ?? '';
const heading = (name: string) => waitFor(() => expect(screen.getByRole('heading', { level: 1 }).textContent).toBe(name));

beforeEach(() => {
  host = memoryHost({ more: true });
});

describe('details of a tool', () => {
  beforeEach(async () => {
    await openWindow(`#/tool/${id('Pinfold')}`, host);
    await heading('Pinfold');
    await choose('More about Pinfold', 'Edit details');
  });

  const fill = async (label: string, value: string) => fireEvent.input(screen.getByLabelText(label), { target: { value } });

  test('a new name keeps the old one as another name, with where it was seen, and undo brings it back', async () => {
    await fill('Name', 'Pinfold One');
    await fireEvent.click(screen.getByRole('button', { name: 'Rename' }));
    await heading('Pinfold One');
    expect(await screen.findByRole('button', { name: 'Remove the name Pinfold' })).toBeTruthy();
    const seen = screen.getAllByRole('link', { name: 'pinfold-vs-marrow-october.png' })[0];
    expect(seen?.getAttribute('href')).toMatch(/^#\/capture\/capture-\d+\/\d+-\d+-\d+-\d+$/);
    await fireEvent.click(within(await screen.findByTestId('toast')).getByRole('button', { name: 'Undo' }));
    await heading('Pinfold');
  });

  test('a name that another tool has is refused with the reason', async () => {
    await fill('Another name', 'marrow');
    await fireEvent.click(screen.getByRole('button', { name: /^Add\s+name/ }));
    await toastSays(/is a name of Marrow already. Nothing was changed/);
    expect(host.library.state.aliases.filter(({ tool }) => tool === id('Pinfold'))).toHaveLength(1);
  });

  test('vendor, relation, tag and note are steps of the history, and the page shows them', async () => {
    await fill('Made by', 'Other Makers');
    await fireEvent.click(screen.getByRole('button', { name: /^Save\s+vendor/ }));
    await fireEvent.click(screen.getByRole('button', { name: 'Remove: Alternative to Marrow' }));
    await fireEvent.change(screen.getByLabelText('How they are related'), { target: { value: 'built_on' } });
    await fireEvent.click(screen.getByRole('button', { name: /^Add\s+relation/ }));
    await fill('Add a tag', 'sandbox');
    await fireEvent.click(screen.getByRole('button', { name: /^Add\s+tag/ }));
    await fireEvent.click(await screen.findByRole('button', { name: 'Take away the tag CI' }));
    await fireEvent.click(screen.getByRole('button', { name: /^Edit\s+the note/ }));
    await fill('Your note on this tool', 'Decided in May.');
    await fireEvent.click(screen.getByRole('button', { name: /^Save\s+note/ }));
    await waitFor(() => expect(host.library.history()[0]?.description).toBe('Wrote a note on Pinfold'));
    await fireEvent.click(screen.getByRole('button', { name: 'Done' }));
    const facts = await screen.findByRole('region', { name: 'About Pinfold' });
    expect(facts.textContent).toMatch(/Made by\s*Other Makers.*Built on\s*Marrow.*sandbox.*Decided in May\./s);
    expect(facts.textContent).not.toContain('CI');
  });
});

describe('claims of a tool', () => {
  test('a claim is locked, unlocked and retired from its evidence, and retiring can be undone', async () => {
    await openWindow(`#/tool/${id('Marrow')}`, host);
    await heading('Marrow');
    const claim = () => host.library.state.claims.find(({ raw_text }) => raw_text === 'Python 3.10+, Node 20+, Go 1.22+');
    await fireEvent.click(screen.getByRole('button', { name: /Python 3.10/ }));
    await choose('More about this claim', 'Lock against machines');
    await waitFor(() => expect(within(screen.getByRole('complementary')).getByText('Locked against machines')).toBeTruthy());
    expect(claim()?.locked).toBe(true);
    await choose('More about this claim', 'Unlock');
    await waitFor(() => expect(claim()?.locked).toBe(false));
    await choose('More about this claim', 'No longer holds');
    await waitFor(() => expect(screen.getByRole('region', { name: 'Earlier values' }).textContent).toContain('Python 3.10+'));
    expect(screen.queryByRole('button', { name: 'More about this claim' })).toBeNull();
    await host.call('undo', {});
    expect(claim()?.recorded_to).toBeNull();
  });

  test('a note on a claim is written beside its evidence and marked in the list', async () => {
    await openWindow(`#/tool/${id('Marrow')}`, host);
    await heading('Marrow');
    await fireEvent.click(screen.getByRole('button', { name: /Python 3.10/ }));
    const panel = screen.getByRole('complementary', { name: 'Evidence' });
    await fireEvent.click(await within(panel).findByRole('button', { name: /^Write a note/ }));
    const field = within(panel).getByLabelText('Your note on this claim');
    expect(document.activeElement).toBe(field);
    await fireEvent.input(field, { target: { value: 'Ask about 3.9' } });
    await fireEvent.click(within(panel).getByRole('button', { name: /^Save\s+note/ }));
    await waitFor(() => expect(within(panel).getByTestId('note').textContent).toContain('Ask about 3.9'));
    expect((await screen.findByTitle('Ask about 3.9')).textContent).toBe('Note');
    await host.call('undo', {});
    await waitFor(() => expect(screen.queryByTitle('Ask about 3.9')).toBeNull());
  });

  test('a locked field keeps machines out and says so', async () => {
    await openWindow(`#/tool/${id('Marrow')}`, host);
    await heading('Marrow');
    await choose('More about Price', 'Lock Price against machines');
    await waitFor(() => expect(host.library.tool(id('Marrow')).locked).toEqual(['price']));
    const open = host.library.state.changeSets.find(({ title, state }) => state === 'open' && title === 'Pinfold and Marrow');
    const price = open?.operations.find(({ tool, proposal }) => tool === 1 && proposal.property === 'price');
    expect(price?.kind.type).toBe('locked');
  });

  test('the story of a claim shows what it replaced, each with its pixels', async () => {
    const capture = host.library.state.captures.find(({ name }) => name === 'pinfold-pricing.png');
    const set = host.library.changeSet(capture?.change_set ?? '');
    const operations = set.operations.map((operation) => operation.id);
    host.library.decide({ change_set: set.id, revision: set.revision, operations, decision: 'accepted', edited_text: null, reason: null });
    host.library.merge(set.id, set.revision);
    await openWindow(`#/tool/${id('Pinfold')}`, host);
    await fireEvent.click(await screen.findByRole('button', { name: /\$20 per seat/ }));
    const panel = screen.getByRole('complementary', { name: 'Evidence' });
    await waitFor(() => expect(within(panel).getAllByTestId('sighting')).toHaveLength(2));
    expect(within(panel).getAllByRole('heading', { level: 3 }).map((each) => each.textContent)).toEqual([
      expect.stringMatching(/\$20 per seat per month.*to now/),
      expect.stringMatching(/\$16 per seat per month/),
    ]);
    expect(within(panel).getByText(/version 2/)).toBeTruthy();
  });

  test('claims are taken out into a tool of their own', async () => {
    await openWindow(`#/tool/${id('Marrow')}`, host);
    await heading('Marrow');
    await choose('More about Marrow', /Take claims out/);
    await fireEvent.click(screen.getByRole('checkbox', { name: /^Take out Self-hosted/ }));
    await fireEvent.input(screen.getByLabelText('Name of the other tool'), { target: { value: 'Marrow Server' } });
    await fireEvent.click(screen.getByRole('button', { name: 'Take out 1 claim' }));
    await heading('Marrow Server');
    expect(host.library.currentOf(id('Marrow Server')).map(({ raw_text }) => raw_text)).toEqual(['Self-hosted or in our cloud']);
  });
});

describe('the past', () => {
  test('a tool as it was is plainly said, and nothing can be changed in it', async () => {
    await openWindow(`#/tool/${id('Pinfold')}/2026-11-03`, host);
    await waitFor(() => expect(screen.getByText('9 claims at that time')).toBeTruthy());
    expect(screen.getByTestId('as-of').textContent).toContain('Nothing can be changed here.');
    expect(screen.queryByRole('button', { name: /^More about/ })).toBeNull();
    await fireEvent.click(screen.getByRole('button', { name: /50%/ }));
    const panel = screen.getByRole('complementary', { name: 'Evidence' });
    expect(within(panel).getAllByTestId('sighting')).toHaveLength(1);
    expect(within(panel).queryByRole('button', { name: 'More about this claim' })).toBeNull();
    await fireEvent.click(screen.getByRole('button', { name: 'Back to now' }));
    await waitFor(() => expect(screen.getByRole('button', { name: 'More about Pinfold' })).toBeTruthy());
  });
});

describe('a day before a tool was known', () => {
  test('is said, and another day can be chosen', async () => {
    await openWindow(`#/tool/${id('Pinfold')}/2026-10-01`, host);
    expect(await screen.findByText(/held no such tool on that day/)).toBeTruthy();
    await fireEvent.change(screen.getByLabelText('Day'), { target: { value: '2026-11-03' } });
    await waitFor(() => expect(screen.getByText('9 claims at that time')).toBeTruthy());
  });
});

describe('two tools made one', () => {
  test('field by field, with the name that was chosen, and parted again', async () => {
    const [marrow, cli] = [id('Marrow'), id('Marrow CLI')];
    await openWindow(`#/merge/${marrow}/${cli}`, host);
    const limits = await waitFor(() => {
      const field = screen.getAllByTestId('merge-field').find(({ dataset }) => dataset['property'] === 'limitation');
      if (!field) throw new Error('no field');
      return field;
    });
    await fireEvent.click(within(limits).getByRole('radio', { name: 'Only of Marrow CLI' }));
    await fireEvent.click(screen.getByRole('button', { name: 'Make them one' }));
    await heading('Marrow');
    const limitations = () => host.library.currentOf(marrow).filter(({ property }) => property === 'limitation').map(({ raw_text }) => raw_text);
    expect(limitations()).toEqual(['Tests that depend on wall-clock time are always rerun']);
    expect(screen.getByRole('region', { name: 'About Marrow' }).textContent).toContain('Includes');

    await choose('More about Marrow', 'Edit details');
    await fireEvent.click(screen.getByRole('button', { name: /^Part again.*Marrow CLI/ }));
    await waitFor(() => expect(id('Marrow CLI')).toBe(cli));
    expect(host.library.currentOf(cli)).toHaveLength(5);
    expect(host.library.currentOf(marrow).some(({ raw_text, status }) => raw_text.startsWith('Tests that') && status === 'entered')).toBe(true);
  });
});
