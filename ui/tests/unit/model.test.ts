import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { memoryHost, type MemoryHost } from '../../src/host/memory';
import { HostError } from '../../src/host/types';
import { openWindow, press, proposals } from './window';

const page = 'pinfold-vs-marrow.png';
const idOf = (host: MemoryHost) => host.library.state.captures.find(({ name }) => name === page)?.id ?? '';
const setOf = (host: MemoryHost) => host.library.state.captures.find(({ name }) => name === page)?.change_set ?? '';

async function openCapture(host: MemoryHost): Promise<void> {
  await openWindow(`#/capture/${idOf(host)}`, host);
  await screen.findByTestId('ask');
}

async function ask(question: string): Promise<void> {
  await fireEvent.input(screen.getByLabelText('Question'), { target: { value: question } });
  await fireEvent.submit(screen.getByLabelText('Question').closest('form') ?? document.body);
}

describe('asking a capture', () => {
  test('an answer is words of the page, and its region is lit', async () => {
    const host = memoryHost();
    await openCapture(host);
    await ask('How are tests selected?');
    const answer = await screen.findByTestId('answer');
    expect(answer.dataset['found']).toBe('true');
    const text = answer.querySelector('blockquote')?.textContent ?? '';
    const sha256 = host.library.state.captures.find(({ name }) => name === page)?.sha256 ?? '';
    const lines = host.library.drawings.get(sha256)?.reading() ?? [];
    expect(lines.map((line) => line.text)).toContain(text);
    await waitFor(() => expect(document.querySelector('[data-lit="answer"]')).not.toBeNull());
  });

  test('what the page does not say is not answered', async () => {
    await openCapture(memoryHost());
    await ask('Zebra crossing?');
    const answer = await screen.findByTestId('answer');
    expect(answer.textContent).toContain('Not on this page.');
    expect(answer.dataset['found']).toBe('false');
    expect(document.querySelector('[data-lit="answer"]')).toBeNull();
  });

  test('progress by tile and token is shown and can be stopped; what was stopped is no failure', async () => {
    const host = memoryHost();
    await openCapture(host);
    let stop: (error: HostError) => void = () => undefined;
    const original = host.call.bind(host);
    const call = vi.spyOn(host, 'call').mockImplementation((name, request) => {
      if (name === 'ask_capture') return new Promise((_, reject) => (stop = reject));
      return original(name, request);
    });
    await ask('How much is it?');
    const subject = idOf(host);
    host.emit({ type: 'model_progress', subject, errand: true, state: { type: 'running', stage: 'looking', done: 2, total: 13 } });
    expect(await screen.findByText(/Looking at tile 3 of 13/)).toBeTruthy();
    host.emit({ type: 'model_progress', subject, errand: true, state: { type: 'running', stage: 'answering', done: 7, total: 128 } });
    expect(await screen.findByText(/Answering, 7 tokens/)).toBeTruthy();
    await fireEvent.click(screen.getByRole('button', { name: /Stop/ }));
    expect(call).toHaveBeenCalledWith('cancel_model', { id: subject });
    stop(new HostError('cancelled', 'The model was stopped. Nothing was changed.'));
    expect((await screen.findByTestId('toast')).textContent).toContain('The model was stopped.');
    expect(screen.queryByTestId('answer')).toBeNull();
  });

  test('without a pack it is said what is needed, and where', async () => {
    await openCapture(memoryHost({ look: 'no-model' }));
    const needs = screen.getByTestId('ask-needs');
    expect(needs.textContent).toContain('none is in use');
    expect(within(needs).getByRole('link', { name: 'Open Models' }).getAttribute('href')).toBe('#/models');
    expect(screen.queryByLabelText('Question')).toBeNull();
  });
});

describe('alt text', () => {
  test('is written, edited by hand, and then left alone', async () => {
    const host = memoryHost();
    await openCapture(host);
    await fireEvent.click(screen.getByRole('button', { name: /Write one/ }));
    expect((await screen.findByTestId('alt-words')).textContent).toMatch(/^Screenshot of a page/);
    expect(screen.getByText(/Written by SmolVLM 256M/)).toBeTruthy();
    await fireEvent.click(screen.getByRole('button', { name: /^Edit.*alt text/ }));
    const field = await screen.findByRole('textbox', { name: 'Alt text' });
    await fireEvent.input(field, { target: { value: 'Two tools side by side' } });
    await fireEvent.submit(field.closest('form') ?? document.body);
    await waitFor(() => expect(screen.getByTestId('alt-words').textContent).toBe('Two tools side by side'));
    expect(screen.getByText('Written by you')).toBeTruthy();
    expect(screen.queryByRole('button', { name: /Write it again/ })).toBeNull();
  });
});

describe('a review with a model', () => {
  let host: MemoryHost;

  beforeEach(async () => {
    host = memoryHost({ look: 'joined' });
    await openWindow(`#/review/${setOf(host)}`, host);
    await waitFor(() => expect(proposals()).toHaveLength(19));
  });

  test('each proposal says who proposed it, and a dispute shows both readings side by side', () => {
    const names = within(proposals()[0] ?? document.body).getByTestId('proposers');
    expect(names.textContent).toBe('rules 1 and SmolVLM 256M Instruct');
    const taglines = proposals().filter((line) => line.dataset['property'] === 'tagline');
    const [own, other] = [taglines[1], taglines[2]];
    expect(proposals().indexOf(other ?? document.body)).toBe(proposals().indexOf(own ?? document.body) + 1);
    expect([own?.dataset['status'], other?.dataset['status']]).toEqual(['needs_review', 'needs_review']);
    expect(within(own ?? document.body).getByTestId('dispute').textContent).toContain('SmolVLM 256M Instruct reads “');
    expect(within(other ?? document.body).getByTestId('dispute').textContent).toContain('rules 1 reads “');
    const spoken = own?.querySelector('.line')?.getAttribute('aria-label') ?? '';
    expect(spoken).toContain('SmolVLM 256M Instruct reads');
  });

  test('what is disputed is not accepted with the verified', async () => {
    await press('Shift+A');
    const disputed = proposals().filter((line) => within(line).queryByTestId('dispute') !== null);
    expect(disputed.map((line) => line.dataset['decision'])).toEqual(['pending', 'pending']);
  });

  test('a model at work is shown without being in the way, and a failed one can look again', async () => {
    const call = vi.spyOn(host, 'call');
    const capture = idOf(host);
    host.emit({ type: 'model_progress', subject: capture, errand: false, state: { type: 'running', stage: 'looking', done: 0, total: 5 } });
    const line = await screen.findByTestId('model-line');
    expect(line.textContent).toContain('Looking at tile 1 of 5');
    await press('a');
    expect(proposals()[0]?.dataset['decision']).toBe('accepted');
    host.emit({ type: 'model_progress', subject: capture, errand: false, state: { type: 'failed', code: 'model_crashed', message: 'It crashed. The proposals stand.' } });
    await waitFor(() => expect(screen.getByTestId('model-line').textContent).toContain('It crashed.'));
    await fireEvent.click(screen.getByRole('button', { name: /Look again/ }));
    expect(call).toHaveBeenCalledWith('look_at_capture', { id: capture });
  });
});

describe('measuring a pack', () => {
  test('seconds, tokens, memory and device are shown', async () => {
    await openWindow('#/models');
    await fireEvent.click(await screen.findByRole('button', { name: /^Measure.*SmolVLM 256M/ }));
    const measured = await screen.findByTestId('measured');
    expect(measured.textContent).toMatch(/first word after 9.4 s, then 11.3 tokens a second, 470 MB of memory/);
    expect(measured.textContent).toContain('CPU, 8-bit');
  });
});
