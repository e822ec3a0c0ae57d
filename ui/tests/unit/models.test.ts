import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, test, vi } from 'vitest';
import { memoryHost } from '../../src/host/memory';
import { HostError } from '../../src/host/types';
import { openWindow } from './window';

const row = (pack: string) => {
  const found = screen.getAllByTestId('pack').find((each) => each.dataset['pack'] === pack);
  if (!found) throw new Error(`no row of ${pack}`);
  return within(found);
};
const click = (pack: string, name: RegExp) => fireEvent.click(row(pack).getByRole('button', { name }));

describe('models', () => {
  test('each pack says licence, size, need against what is free, and where it stands', async () => {
    await openWindow('#/models');
    await screen.findAllByTestId('pack');
    expect(row('smolvlm-256m').getByText('Chosen')).toBeTruthy();
    expect(row('smolvlm-256m').getByText('Apache-2.0')).toBeTruthy();
    expect(row('smolvlm-256m').getByText('517 MB on disk')).toBeTruthy();
    expect(row('smolvlm-2.2b').getByText(/Needs about 5.3 GB of memory, 5.1 GB is free/)).toBeTruthy();
    expect(row('granite-docling-258m').getByText(/does not have the recorded size/)).toBeTruthy();
    expect(row('granite-docling-258m').getByRole('button', { name: /Repair/ })).toBeTruthy();
    expect(row('house-finetune').getByText(/nobody stated them before/)).toBeTruthy();
  });

  test('what is on this computer stands before what can be installed', async () => {
    await openWindow('#/models');
    const here = within(await screen.findByRole('region', { name: 'On this computer' }));
    const others = within(screen.getByRole('region', { name: 'Can be installed' }));
    const names = (group: typeof here) => group.getAllByTestId('pack').map((pack) => pack.dataset['pack']);
    expect(names(here)).toEqual(expect.arrayContaining(['none', 'smolvlm-256m', 'house-finetune']));
    expect(names(others)).toContain('smolvlm-2.2b');
    expect(others.queryByRole('button', { name: /^Choose/ })).toBeNull();
  });

  test('nothing connects before two yeses, and exactly what was answered is fetched', async () => {
    const host = memoryHost();
    const call = vi.spyOn(host, 'call');
    await openWindow('#/models', host);
    await screen.findAllByTestId('pack');
    await click('smolvlm-500m', /Resume/);
    const asked = () => call.mock.calls.map(([name]) => name).filter((name) => name === 'look_up_pack' || name === 'install_pack');
    expect(asked()).toEqual([]);
    expect(screen.getByRole('contentinfo').textContent).toContain('0 connections');
    await fireEvent.click(screen.getByTestId('ask-hub'));
    await screen.findByTestId('download');
    expect(asked()).toEqual(['look_up_pack']);
    expect(screen.getByTestId('plan-size').textContent).toMatch(/1.02 GB in 3 files, 188 MB are here already/);
    await fireEvent.click(screen.getByTestId('download'));
    expect(call).toHaveBeenCalledWith('install_pack', expect.objectContaining({ agreed: true, bytes: 1_018_574_694 }));
    expect(await screen.findByText('SmolVLM 500M Instruct is installed.')).toBeTruthy();
    await waitFor(() => expect(screen.getByRole('contentinfo').textContent).toContain('7 connections since start'));
  });

  test('a closed question connects nothing', async () => {
    const host = memoryHost();
    const call = vi.spyOn(host, 'call');
    await openWindow('#/models', host);
    await screen.findAllByTestId('pack');
    await click('smolvlm-2.2b', /Install/);
    await fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    await waitFor(() => expect(screen.queryByTestId('ask-hub')).toBeNull());
    expect(call.mock.calls.some(([name]) => name === 'look_up_pack')).toBe(false);
  });

  test('with connections off no question can be answered with yes', async () => {
    await openWindow('#/models');
    await screen.findAllByTestId('pack');
    await fireEvent.click(screen.getByRole('checkbox', { name: /Downloads allowed/ }));
    await waitFor(() => expect(screen.getByRole('contentinfo').textContent).toContain('Connections off'));
    await click('smolvlm-2.2b', /Install/);
    expect(screen.getByTestId<HTMLButtonElement>('ask-hub').disabled).toBe(true);
    expect(screen.getByText(/Connections are switched off/)).toBeTruthy();
  });

  test('progress is shown and can be cancelled; what was stopped is no failure', async () => {
    const host = memoryHost();
    await openWindow('#/models', host);
    await screen.findAllByTestId('pack');
    let stop: (error: HostError) => void = () => undefined;
    const original = host.call.bind(host);
    const call = vi.spyOn(host, 'call').mockImplementation((name, request) => {
      if (name === 'verify_pack') return new Promise((_, reject) => (stop = reject));
      return original(name, request);
    });
    await click('smolvlm-256m', /Verify/);
    host.emit({ type: 'pack_progress', step: { pack: 'smolvlm-256m', stage: 'checking', file: 'model.safetensors', done: 100_000_000, total: 516_546_278 } });
    const bar = await screen.findByRole('progressbar', { name: 'Checking, SmolVLM 256M Instruct' });
    expect(bar).toHaveProperty('value', 100_000_000);
    await click('smolvlm-256m', /Cancel/);
    expect(call).toHaveBeenCalledWith('cancel_pack', { id: 'smolvlm-256m' });
    stop(new HostError('cancelled', 'It was cancelled. Nothing was changed.'));
    host.emit({ type: 'changed', tags: ['packs'] });
    const toast = await screen.findByTestId('toast');
    expect(toast.textContent).toContain('It was cancelled.');
    expect(screen.queryByRole('progressbar')).toBeNull();
  });

  test('too little memory is refused with a way on', async () => {
    const host = memoryHost();
    host.packs.packs.forEach((pack) => {
      if (pack.id === 'smolvlm-2.2b') pack.state = { type: 'ready' };
    });
    await openWindow('#/models', host);
    await screen.findAllByTestId('pack');
    await click('smolvlm-2.2b', /Choose/);
    const toast = await screen.findByTestId('toast');
    expect(toast.textContent).toContain('needs more memory than is free');
    await fireEvent.click(within(toast).getByRole('button', { name: 'Choose it anyway' }));
    await waitFor(() => expect(row('smolvlm-2.2b').getByText('Chosen')).toBeTruthy());
  });

  test('a broken choice is said on every screen with what still works', async () => {
    const host = memoryHost();
    host.packs.notice = 'Granite Docling 258M was chosen and cannot be used. Reading goes on with rules only.';
    await openWindow('#/inbox', host);
    expect(screen.getByText(/goes on with rules only/)).toBeTruthy();
  });

  test('removal asks, and forgets hashes only on request', async () => {
    const host = memoryHost();
    const call = vi.spyOn(host, 'call');
    await openWindow('#/models', host);
    await screen.findAllByTestId('pack');
    await click('smolvlm-256m', /Remove/);
    await fireEvent.click(screen.getByTestId('remove'));
    expect(call).toHaveBeenCalledWith('remove_pack', { pack: 'smolvlm-256m', forget: false });
    await waitFor(() => expect(row('none').getByText('Chosen')).toBeTruthy());
  });
});
