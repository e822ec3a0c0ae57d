/**
 * The host outside the desktop window: a library in memory with made-up pages, for tests and for the browser.
 *
 * Invariant: answers are copies, so that a page cannot change the library by accident. It opens no connection.
 */
import { memoryCaptures } from './memory/captures';
import { memoryClaims } from './memory/claims';
import { Drawing } from './memory/drawing';
import { MemoryLibrary } from './memory/library';
import { addLook, memoryModel } from './memory/model';
import { memoryPacks } from './memory/packs';
import { samplePages, type SamplePage } from './memory/pages';
import { memoryRemoval } from './memory/removal';
import { memoryTable } from './memory/table';
import { memoryTools } from './memory/tools';
import { properties } from './memory/vocabulary';
import {
  HostError,
  nothing,
  type AddOutcome,
  type AppEvent,
  type CommandName,
  type Host,
  type PackList,
  type Request,
  type Response,
  type Tag,
} from './types';

type Handlers = { [K in CommandName]: (request: Request<K>) => Response<K> };

export interface MemoryHost extends Host {
  /** Lets the core speak, for tests. */
  emit(event: AppEvent): void;
  library: MemoryLibrary;
  packs: PackList;
}

/** A library with merged tools, open change sets and captures in every state. */
function furnish(library: MemoryLibrary): void {
  const pages = samplePages();
  const mergeAll = (page: SamplePage, edit?: [property: string, text: string]) => {
    const capture = library.addPage(page);
    const set = library.changeSet(capture.change_set ?? '');
    const ids = set.operations.map((operation) => operation.id);
    const decide = { change_set: set.id, operations: ids, decision: 'accepted' as const, edited_text: null, reason: null };
    library.decide({ ...decide, revision: set.revision });
    const edited = set.operations.find((operation) => operation.proposal.property === edit?.[0]);
    if (edit && edited) {
      library.decide({ ...decide, operations: [edited.id], decision: 'edited', edited_text: edit[1], revision: set.revision });
    }
    library.merge(set.id, set.revision);
    library.advance(2);
  };
  mergeAll(pages.earlier);
  mergeAll(pages.launch);
  mergeAll(pages.pricing);
  mergeAll(pages.repository, ['limitation', 'Tests that depend on wall-clock time, and all browser tests, are always rerun']);
  library.advance(9);
  library.addPage(pages.unnamed);
  library.addPage(pages.later);
  library.addPage(pages.comparison);
  const blank = new Drawing(1280, 720, '#eceae4');
  library.addUnread('team-notes-scan.webp', blank, {
    type: 'failed',
    code: 'truncated',
    message: 'The picture ends early, so it could not be opened. Nothing was changed. Save it again and add the new file.',
  });
  library.addUnread('tallowbox-docs.png', blank, { type: 'cancelled' });
  library.addUnread('marrow-pricing-full-page.png', blank, { type: 'running', stage: 'reading', done: 41, total: 96 });
  library.addUnread('marrow-changelog.png', blank, { type: 'queued' });
}

/** What a person has added by hand over time, and a third tool whose name is near to another. */
function furnishMore(library: MemoryLibrary, call: (command: CommandName, request: unknown) => unknown): void {
  const { name, ...page } = samplePages().repository;
  const tools = page.tools.map((tool) => ({ ...tool, name: 'Marrow CLI' }));
  library.advance(120);
  const capture = library.addPage({ ...page, name: name.replace('readme', 'cli-readme'), tools });
  const set = library.changeSet(capture.change_set ?? '');
  const operations = set.operations.filter(({ proposal }) => ['name', 'tagline', 'license', 'adoption', 'limitation'].includes(proposal.property)).map(({ id }) => id);
  library.decide({ change_set: set.id, revision: set.revision, operations, decision: 'accepted', edited_text: null, reason: null });
  library.merge(set.id, set.revision);
  const id = (wanted: string) => library.toolNamed(wanted)?.id ?? '';
  const [pinfold, marrow] = [id('Pinfold'), id('Marrow')];
  call('set_vendor', { tool: pinfold, vendor: 'Fold & Pin GmbH' });
  call('add_alias', { tool: pinfold, name: 'Pinfold Cloud', kind: 'former' });
  call('relate', { tool: pinfold, kind: 'alternative', other: marrow, note: null });
  call('mark_tools', { tools: [pinfold, marrow], scheme: 'tag', label: 'CI', marked: true });
  call('mark_tools', { tools: [marrow], scheme: 'tag', label: 'continuous integration', marked: true });
  call('mark_tools', { tools: [pinfold], scheme: 'category', label: 'Test environments', marked: true });
  call('set_note', { kind: 'tool', target: pinfold, text: 'Asked for a quote for 40 seats.\nAnswer expected next week.' });
  call('lock_property', { tool: pinfold, property: 'tagline', locked: true });
  call('save_search', { name: 'Cheap and open', query: 'price<15 licence:permissive' });
  call('save_search', { name: 'Seats', query: 'seat' });
  const captures = new Map(library.captures.map((each) => [each.name, each.id]));
  const pricing = captures.get('pinfold-pricing.png') ?? '';
  library.state.fields.push({ capture: pricing, field: 'url', value: 'pinfold.example/pricing', basis: 'read' });
  library.state.fields.push({ capture: pricing, field: 'modified_at', value: '2026-11-19T10:03:00Z', basis: 'file' });
  call('set_capture_field', { capture: pricing, field: 'captured_at', value: '2026-11-12T09:30:00Z' });
  call('answer_page', { capture: pricing, earlier: captures.get('pinfold-pricing-march.png') ?? '', answer: 'new_version' });
  call('choose_watched_folder', nothing);
  call('trash_captures', { ids: [captures.get('tallowbox-docs.png') ?? ''] });
}

/** `look` is what a model did: nothing, one look, or that there is no model at all. */
export function memoryHost(options: { empty?: boolean; more?: boolean; look?: 'none' | 'joined' | 'no-model' } = {}): MemoryHost {
  const library = new MemoryLibrary();
  if (!options.empty) furnish(library);
  const listeners: ((event: AppEvent) => void)[] = [];
  const emit = (event: AppEvent) => listeners.forEach((listener) => listener(structuredClone(event)));
  const changed = (...tags: Tag[]) => queueMicrotask(() => emit({ type: 'changed', tags: [...tags, 'status'] }));
  const everything: Tag[] = ['captures', 'change_sets', 'tools'];
  const everythingChanged = () => changed(...everything);

  function add(pages: SamplePage[], sample: boolean): AddOutcome[] {
    const outcomes = pages.map((page): AddOutcome => {
      const known = library.state.captures.find((capture) => capture.name === page.name);
      if (known) return { name: page.name, result: { type: 'already_here', capture: known.id } };
      return { name: page.name, result: { type: 'added', capture: library.addPage(page, { sample }).id } };
    });
    emit({ type: 'added', outcomes });
    changed('captures', 'change_sets');
    return outcomes;
  }

  const packs = memoryPacks(emit);
  const model = memoryModel(library, packs.list, emit);
  if (options.look === 'joined') addLook(library, packs.list, 'pinfold-vs-marrow.png', 'pinfold-pricing.png');
  if (options.look === 'no-model') packs.list.packs.forEach((pack) => (pack.chosen = false));

  const handlers: Handlers = {
    ...packs.handlers,
    ...memoryTools(library, everythingChanged),
    ...memoryClaims(library, everythingChanged),
    ...memoryCaptures(library, everythingChanged),
    ...memoryRemoval(library, everythingChanged),
    ...memoryTable(library, everythingChanged),
    ...model.handlers,
    app_status: () => ({
      version: '0.1.0',
      library: '~/.local/share/shortlist/library',
      reader: 'text reader 1',
      waiting: library.state.captures.filter(({ state }) => state.type === 'queued' || state.type === 'running').length,
      looking: library.state.captures.filter(({ model: look }) => look?.type === 'queued' || look?.type === 'running').length,
      ...packs.status(),
      read_only: false,
      paused: library.paused,
      undo: library.undoText,
      redo: library.redoText,
      recovered: null,
    }),
    vocabulary: () => ({ properties }),
    choose_images: () => add([samplePages().launch, { ...samplePages().repository, name: 'marrow-readme-2.png' }], false),
    paste_image: () => {
      throw new HostError('nothing_to_paste', 'There is no picture on the clipboard. Nothing was added. Copy a screenshot first.');
    },
    add_samples: () => {
      const { launch, pricing, repository, comparison } = samplePages();
      return add([launch, pricing, repository, comparison], true);
    },
    list_captures: () => library.captures,
    get_capture: ({ id }) => {
      const capture = library.capture(id);
      const drawing = library.drawings.get(capture.sha256);
      const note = library.noteOn('capture', id);
      if (capture.state.type !== 'ready' || !drawing) return { capture, reading: null, alt_text: null, note };
      const { width, height } = drawing;
      const alt_text = model.altTexts.get(id) ?? null;
      return { capture, reading: { reader: 'text reader 1', width, height, lines: drawing.reading() }, alt_text, note };
    },
    cancel_capture: ({ id }) => {
      library.capture(id).state = { type: 'cancelled' };
      changed('captures');
      return nothing;
    },
    retry_capture: ({ id }) => {
      library.capture(id).state = { type: 'queued' };
      changed('captures');
      return nothing;
    },
    pause_reading: () => {
      library.paused = true;
      changed();
      return nothing;
    },
    resume_reading: () => {
      library.paused = false;
      changed();
      return nothing;
    },
    list_change_sets: () => library.summaries(),
    get_change_set: ({ id }) => {
      const set = library.changeSet(id);
      return { change_set: set, capture: library.capture(set.capture) };
    },
    decide: (request) => {
      const set = library.decide(request);
      changed('change_sets');
      return set;
    },
    name_tool: ({ change_set, revision, tool, name }) => {
      const set = library.nameTool(change_set, revision, tool, name);
      changed('change_sets');
      return set;
    },
    merge: ({ change_set, revision }) => {
      const merged = library.merge(change_set, revision);
      changed(...everything);
      return merged;
    },
    undo: () => {
      const undone = library.undo();
      if (undone) changed(...everything);
      return undone;
    },
    redo: () => {
      const redone = library.redo();
      if (redone) changed(...everything);
      return redone;
    },
    history: () => library.history(),
    list_tools: () => library.tools(),
    get_tool: ({ id }) => library.tool(id),
    compare: ({ tools }) => library.compare(tools),
    compare_proposals: () => library.compareProposals(),
    search: ({ query, limit }) => library.search(query, limit ?? 50),
    list_formats: () => [
      { id: 'markdown', label: 'Markdown' },
      { id: 'csv', label: 'CSV' },
      { id: 'json', label: 'JSON' },
    ],
    export: ({ tools, format }) => {
      const { title, rows } = library.compare(tools);
      const lines = rows.map((row) => `${row.label}: ${row.cells.map((cell) => cell.values.map((value) => value.text).join('; ') || 'not given').join(' | ')}`);
      return { file_name: `comparison.${format}`, text: `${title}\n\n${lines.join('\n')}\n` };
    },
  };

  if (options.more) furnishMore(library, (command, request) => (handlers[command] as (asked: unknown) => unknown)(request));

  return {
    library,
    packs: packs.list,
    emit,
    async call(command, request) {
      await Promise.resolve();
      const handle = handlers[command];
      return structuredClone(handle(request));
    },
    subscribe: (listener) => void listeners.push(listener),
    pictureUrl: (sha256, crop, maxWidth) => library.drawings.get(sha256)?.url(crop, maxWidth) ?? 'data:,',
  };
}
