/** A drawn region is read again: which words are shown at each moment, and which are proposed. */
import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, test } from 'vitest';
import { memoryHost, type MemoryHost } from '../../src/host/memory';
import { HostError, type RegionReading, type Request } from '../../src/host/types';
import { chosen, openWindow, press } from './window';

const line = 'Two ways to make checks faster, read side by side.';

describe('a region that is read again', () => {
  let host: MemoryHost;
  let asked: Request<'read_region'>[];
  let stopped: number;
  let proposed: Request<'add_proposal'>[];
  let answer: (reading: Partial<RegionReading>) => void;
  let fail: (error: HostError) => void;

  beforeEach(async () => {
    host = memoryHost();
    [asked, stopped, proposed] = [[], 0, []];
    const call = host.call.bind(host);
    host.call = (command, request) => {
      if (command === 'cancel_region') stopped += 1;
      if (command === 'add_proposal') proposed.push(request as Request<'add_proposal'>);
      if (command !== 'read_region') return call(command, request);
      asked.push(request as Request<'read_region'>);
      return new Promise((resolve, reject) => {
        answer = (reading) => resolve({ first: line, again: '', evidence: [], enlarged: 1, reader: 'text reader 1', seconds: 1, ...reading } as never);
        fail = reject;
      });
    };
    const capture = host.library.captures.find(({ name }) => name === 'pinfold-vs-marrow.png');
    await openWindow(`#/review/${capture?.change_set ?? ''}`, host);
    await press('d');
    await pick();
  });

  const form = () => screen.getByTestId('draw-form');
  const words = () => screen.getByTestId('drawn-words');
  const propose = () => fireEvent.click(screen.getByRole('button', { name: 'Propose' }));

  async function pick(): Promise<void> {
    const option = within(form()).getByRole('option', { name: line });
    await fireEvent.change(screen.getByRole('combobox', { name: 'Line of the page' }), { target: { value: option.getAttribute('value') } });
  }

  test('the first reading is shown, and said to be, until the answer is there', async () => {
    expect(asked).toHaveLength(1);
    expect(words().textContent).toMatch(/First reading\s+Two ways/);
    expect(within(words()).getByRole('status').textContent).toContain('Waiting for the reader');
    host.emit({ type: 'region_progress', capture: asked[0]?.capture ?? '', stage: 'reading', done: 1, total: 4 });
    await waitFor(() => expect(within(words()).getByRole('status').textContent).toContain('25 %'));
    answer({ again: 'Three ways to make checks faster', enlarged: 3 });
    const again = await within(words()).findByRole('radio', { name: 'Read again, enlarged Three ways to make checks faster' });
    expect((again as HTMLInputElement).checked).toBe(true);
    expect(within(words()).getByRole('radio', { name: `First reading ${line}` })).toBeTruthy();
    await propose();
    await waitFor(() => expect(chosen().textContent).toContain('Two ways'));
    expect(proposed.map((request) => request.words)).toEqual(['again']);
    expect(chosen().textContent).toContain('reading this region again');
  });

  test('the first reading can be taken all the same', async () => {
    answer({ again: 'Three ways' });
    await fireEvent.click(await within(words()).findByRole('radio', { name: `First reading ${line}` }));
    expect(words().dataset['shown']).toBe('first');
    await propose();
    await waitFor(() => expect(proposed.map((request) => request.words)).toEqual(['first']));
  });

  test('two readings that agree are one', async () => {
    answer({ again: line });
    await waitFor(() => expect(words().textContent).toContain('Both readings'));
    expect(within(words()).queryByRole('radio')).toBeNull();
  });

  test('nobody has to wait: what is shown can be proposed while the region is read', async () => {
    await propose();
    await waitFor(() => expect(screen.queryByTestId('draw-form')).toBeNull());
    expect(proposed.map((request) => request.words)).toEqual(['first']);
    expect(stopped).toBe(1);
  });

  test('a reader that fails is told; the first reading stays and it can be tried again', async () => {
    fail(new HostError('worker_crashed', 'The region could not be read again: the reading process crashed over it.'));
    expect((await within(words()).findByRole('alert')).textContent).toContain('could not be read again');
    expect(words().textContent).toMatch(/First reading\s+Two ways/);
    await fireEvent.click(within(words()).getByRole('button', { name: 'Try again' }));
    expect(asked).toHaveLength(2);
    answer({ again: 'Three ways' });
    await waitFor(() => expect(words().dataset['shown']).toBe('again'));
  });

  test('stopping keeps the first reading, and a late answer changes nothing', async () => {
    await fireEvent.click(within(words()).getByRole('button', { name: 'Stop reading this region again' }));
    expect(stopped).toBe(1);
    answer({ again: 'Three ways' });
    await new Promise((done) => setTimeout(done));
    expect(words().dataset['shown']).toBe('first');
    expect(words().textContent).not.toContain('Three ways');
    expect(within(words()).getByRole('button', { name: 'Read this region again' })).toBeTruthy();
  });

  test('another box drops the answer to the one before', async () => {
    const late = answer;
    screen.getByRole('application').focus();
    await press('ArrowDown');
    expect(stopped).toBe(1);
    late({ again: 'Three ways' });
    await new Promise((done) => setTimeout(done));
    expect(words().textContent).not.toContain('Three ways');
    await press('Enter');
    expect(asked).toHaveLength(2);
    expect(asked[1]?.region.y).not.toBe(asked[0]?.region.y);
  });

  test('words that only the second reading found, and none at all', async () => {
    answer({ again: '' });
    await waitFor(() => expect(words().textContent).toContain('Read again: no words were found.'));
    expect(words().textContent).toMatch(/First reading\s+Two ways/);
  });

  test('R reads the region of the chosen proposal again', async () => {
    await press('Escape');
    await waitFor(() => expect(screen.queryByTestId('draw-form')).toBeNull());
    const price = screen.getAllByTestId('proposal').filter((row) => row.dataset['property'] === 'price')[0];
    await fireEvent.click(within(price ?? document.body).getByRole('button', { name: /^Claim/ }));
    await press('r');
    expect(asked).toHaveLength(2);
    expect(asked[1]?.region).not.toEqual(asked[0]?.region);
    expect(words().textContent).toContain('First reading');
    expect((screen.getByRole('combobox', { name: 'Field' }) as HTMLSelectElement).value).toBe('price');
  });
});
