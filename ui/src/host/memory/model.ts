/**
 * A model in memory: it finds the line that shares most words with a question, and looks without proposing.
 *
 * Invariant: for tests and for looking at the window in a browser only.
 */
import { HostError, nothing, type AltTextView, type AppEvent, type CommandName, type PackList, type Request, type Response } from '../types';
import type { MemoryLibrary } from './library';

type Names = Extract<CommandName, 'look_at_capture' | 'cancel_model' | 'ask_capture' | 'describe_capture' | 'set_alt_text'>;
type Handlers = { [K in Names]: (request: Request<K>) => Response<K> };

export function memoryModel(library: MemoryLibrary, packs: PackList, emit: (event: AppEvent) => void) {
  const altTexts = new Map<string, AltTextView>();
  const changed = () => queueMicrotask(() => emit({ type: 'changed', tags: ['captures', 'status'] }));
  const chosen = () => packs.packs.find(({ chosen: is, state }) => is && state.type === 'ready');
  const lines = (id: string) => library.drawings.get(library.capture(id).sha256)?.reading() ?? [];

  const handlers: Handlers = {
    look_at_capture: ({ id }) => {
      library.capture(id).model = { type: 'queued' };
      changed();
      return nothing;
    },
    cancel_model: ({ id }) => {
      const capture = library.state.captures.find((each) => each.id === id);
      if (capture?.model) capture.model = { type: 'cancelled' };
      changed();
      return nothing;
    },
    ask_capture: ({ capture, question }) => {
      const pack = chosen();
      if (!pack) throw new HostError('no_model', 'This needs a model pack, and none is chosen. Everything else works without.');
      const words = question.toLowerCase().split(/\W+/).filter((word) => word.length > 3);
      const scored = lines(capture).map((line) => ({ line, score: words.filter((word) => line.text.toLowerCase().includes(word)).length }));
      const best = scored.sort((left, right) => right.score - left.score)[0];
      const found = best && best.score > 0 ? best.line : null;
      return {
        text: found?.text ?? null,
        evidence: found ? [{ text: found.text, bounds: found.bounds }] : [],
        model: pack.title,
        seconds: 4.2,
      };
    },
    describe_capture: ({ id }) => {
      const held = altTexts.get(id);
      if (held?.written_by === null) return held;
      const heading = [...lines(id)].sort((left, right) => right.font_height - left.font_height)[0]?.text ?? '';
      const written = { text: `Screenshot of a page with the heading “${heading}”.`, written_by: chosen()?.title ?? 'rules 1' };
      altTexts.set(id, written);
      changed();
      return written;
    },
    set_alt_text: ({ capture, text }) => {
      if (text.trim() === '') altTexts.delete(capture);
      else altTexts.set(capture, { text: text.trim(), written_by: null });
      changed();
      return altTexts.get(capture) ?? null;
    },
  };
  return { handlers, altTexts };
}

/**
 * Lets the chosen pack have looked at one capture: it agrees with the first tool's name, reads another tagline for the
 * second, and finds a feature that the rules did not. Another capture is being looked at.
 */
export function addLook(library: MemoryLibrary, packs: PackList, finished: string, running: string): void {
  const model = packs.packs.find(({ chosen }) => chosen)?.title ?? '';
  const capture = library.state.captures.find(({ name }) => name === finished);
  const set = library.state.changeSets.find(({ id }) => id === capture?.change_set);
  const busy = library.state.captures.find(({ name }) => name === running);
  if (!capture || !set) return;
  capture.model = { type: 'done' };
  if (busy) busy.model = { type: 'running', stage: 'looking', done: 4, total: 13 };
  const rules = set.proposed_by;
  const of = (tool: number, property: string) => set.operations.find((each) => each.tool === tool && each.proposal.property === property)?.proposal;
  const agreed = of(0, 'name');
  if (agreed) agreed.opinions = [rules, model].map((proposer) => ({ proposer, instead: null }));
  const [tagline, description] = [of(1, 'tagline'), of(1, 'description')];
  const other = description?.evidence[0];
  if (!tagline || !other) return;
  const add = (id: string, proposal: typeof tagline) =>
    set.operations.push({ id, tool: 1, kind: { type: 'add' }, proposal, decision: 'pending', edited_text: null, reason: null });
  const instead = (text: string, evidence: typeof tagline.evidence) => ({ tool: null, property: null, text, evidence });
  add('look-1', {
    ...tagline,
    value: { type: 'text', text: other.text },
    raw_text: other.text,
    evidence: [other],
    status: 'needs_review',
    reasons: ['proposers_disagree'],
    confidence: 0.49,
    opinions: [
      { proposer: model, instead: null },
      { proposer: rules, instead: instead(tagline.raw_text, tagline.evidence) },
    ],
  });
  tagline.status = 'needs_review';
  tagline.reasons = ['proposers_disagree'];
  tagline.opinions = [
    { proposer: rules, instead: null },
    { proposer: model, instead: instead(other.text, [other]) },
  ];
  set.revision += 1;
}
