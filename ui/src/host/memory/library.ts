/**
 * A small library in memory: decides, merges and undoes like the core, on made-up data.
 *
 * Invariant: for tests and for looking at the window in a browser only; the rules of record are in crates/domain.
 */
import { displayValue } from '../../format';
import { hull } from '../../geometry';
import {
  HostError,
  type CaptureState,
  type CaptureView,
  type Cell,
  type CellValue,
  type ChangeSet,
  type ChangeSetSummary,
  type Claim,
  type Comparison,
  type Decide,
  type EventView,
  type Evidence,
  type Hit,
  type Merged,
  type Operation,
  type OperationKind,
  type ProposedClaim,
  type Row,
  type ToolSummary,
  type ToolView,
  type Undone,
} from '../types';
import type { Drawing } from './drawing';
import { contradictionsOf, facetsOf, isStale } from './judging';
import type { SamplePage } from './pages';
import { emptyTruth, fold, nameKey, type HeldTool, type Truth } from './truth';
import { properties } from './vocabulary';

interface State extends Truth {
  captures: CaptureView[];
  changeSets: ChangeSet[];
}

interface Step {
  id: string;
  at: string;
  description: string;
  /** The change set that it merged. */
  changeSet: string | null;
  before: Truth;
  after: Truth;
}

const single = (property: string) => properties.find((each) => each.id === property)?.cardinality === 'one';

export class MemoryLibrary {
  state: State = { captures: [], changeSets: [], ...emptyTruth() };
  paused = false;
  readonly drawings = new Map<string, Drawing>();
  #done: Step[] = [];
  #undone: Step[] = [];
  #serial = 0;
  #clock = Date.UTC(2026, 10, 2, 9, 0);

  id(kind: string): string {
    this.#serial += 1;
    return `${kind}-${this.#serial}`;
  }

  now(): string {
    this.#clock += 7 * 60_000;
    return new Date(this.#clock).toISOString();
  }

  advance(days: number): void {
    this.#clock += days * 86_400_000;
  }

  capture(id: string): CaptureView {
    return this.find(this.state.captures, id, 'capture');
  }

  /** Captures that do not lie in the trash. */
  get captures(): CaptureView[] {
    return this.state.captures.filter(({ id }) => !this.state.trash.some(({ capture }) => capture === id));
  }

  noteOn(on: string, of: string): string | null {
    return this.state.notes.find(({ kind, target }) => kind === on && target === of)?.text ?? null;
  }

  /** Notes on claims, by their ids. */
  notesOn(claims: readonly Claim[]): Record<string, string> {
    const held = claims.map(({ id }) => [id, this.noteOn('claim', id)] as const);
    return Object.fromEntries(held.filter((each): each is [string, string] => each[1] !== null));
  }

  toolOf(id: string): HeldTool {
    return this.find(this.state.tools, id, 'tool');
  }

  changeSet(id: string): ChangeSet {
    return this.find(this.state.changeSets, id, 'change set');
  }

  find<T extends { id: string }>(list: T[], id: string, what: string): T {
    const found = list.find((each) => each.id === id);
    if (!found) throw new HostError('unknown', `There is no such ${what} in this library. Nothing was changed.`);
    return found;
  }

  addPage(page: SamplePage, options: { state?: CaptureState; sample?: boolean } = {}): CaptureView {
    const id = this.id('capture');
    const sha256 = this.#serial.toString(16).padStart(64, '0');
    this.drawings.set(sha256, page.drawing);
    const capture: CaptureView = {
      id,
      sha256,
      name: page.name,
      format: 'png',
      bytes: 184_000 + this.#serial * 7_310,
      width: page.drawing.width,
      height: page.drawing.height,
      added_at: this.now(),
      state: options.state ?? { type: 'ready' },
      page_kind: page.kind,
      change_set: null,
      sample: options.sample ?? false,
      model: null,
    };
    this.state.captures.unshift(capture);
    if (capture.state.type === 'ready') this.propose(capture, page);
    else capture.page_kind = null;
    return capture;
  }

  /** A capture without a picture worth reading. */
  addUnread(name: string, drawing: Drawing, state: CaptureState): CaptureView {
    return this.addPage({ name, kind: 'unknown', drawing, tools: [] }, { state });
  }

  propose(capture: CaptureView, page: SamplePage): void {
    const names = page.tools.map((tool) => tool.name).filter((name) => name !== '');
    const set: ChangeSet = {
      id: this.id('change-set'),
      capture: capture.id,
      title: names.length > 0 ? names.join(' and ') : 'Unnamed tool',
      proposed_by: 'rules 1',
      state: 'open',
      tools: page.tools.map(({ name }) => ({ name, existing: this.toolNamed(name)?.id ?? null })),
      operations: page.tools.flatMap((tool, index) =>
        tool.claims.map((proposal) => ({
          id: this.id('operation'),
          tool: index,
          kind: { type: 'add' } as OperationKind,
          proposal,
          decision: 'pending' as const,
          edited_text: null,
          reason: null,
        })),
      ),
      created_at: capture.added_at,
      revision: 1,
    };
    this.refreshKinds(set);
    this.state.changeSets.push(set);
    capture.change_set = set.id;
    capture.page_kind = page.kind;
    capture.state = { type: 'ready' };
  }

  /** The tool that is called so, by its name or another that it is known by. */
  toolNamed(name: string): HeldTool | undefined {
    const key = nameKey(name);
    if (key === '') return undefined;
    const alias = this.state.aliases.find((each) => nameKey(each.name) === key);
    return this.state.tools.find((tool) => nameKey(tool.name) === key || tool.id === alias?.tool);
  }

  currentOf(tool: string | null): Claim[] {
    return this.state.claims.filter((claim) => claim.tool === tool && claim.recorded_to === null);
  }

  #kind(proposal: ProposedClaim, tool: string | null): OperationKind {
    if (this.state.locks.some((lock) => lock.tool === tool && lock.property === proposal.property)) return { type: 'locked' };
    const held = this.currentOf(tool).filter(
      (claim) => claim.property === proposal.property && claim.speaker === proposal.speaker,
    );
    const text = fold(displayValue(proposal.value));
    const plan = proposal.value.type === 'money' ? proposal.value.plan : null;
    const same = (claim: Claim) => claim.value.type !== 'money' || claim.value.plan === plan;
    const equal = held.find((claim) => fold(displayValue(claim.value)) === text && same(claim));
    if (equal) return { type: 'corroborate', claim: equal.id };
    const rival = held.find((claim) => single(claim.property) || (plan !== null && same(claim)));
    if (!rival) return { type: 'add' };
    return { type: rival.locked ? 'blocked' : 'replace', claim: rival.id, before: displayValue(rival.value) };
  }

  refreshKinds(set: ChangeSet): void {
    for (const operation of set.operations) {
      operation.kind = this.#kind(operation.proposal, set.tools[operation.tool]?.existing ?? null);
    }
  }

  decide(request: Decide): ChangeSet {
    const set = this.fresh(request.change_set, request.revision);
    if (request.decision === 'edited' && !request.edited_text?.trim()) {
      throw new HostError('empty_edit', 'An edited value needs a text. Nothing was changed.');
    }
    for (const id of request.operations) {
      const operation = this.find(set.operations, id, 'proposal');
      if (request.decision === 'edited' && operation.proposal.value.type === 'percent' && !/\d/.test(request.edited_text ?? '')) {
        throw new HostError(
          'invalid_edit',
          `"${request.edited_text ?? ''}" holds no percentage between 0 and 100. Nothing was changed. Type a number such as 87%.`,
        );
      }
      operation.decision = request.decision;
      operation.edited_text = request.decision === 'edited' ? request.edited_text : null;
      operation.reason = request.reason;
    }
    const rejected = set.operations.every((operation) => operation.decision === 'rejected');
    if (rejected) set.state = 'rejected';
    else if (set.state === 'rejected') set.state = 'open';
    set.revision += 1;
    return set;
  }

  nameTool(id: string, revision: number, tool: number, name: string): ChangeSet {
    const set = this.fresh(id, revision);
    const target = set.tools[tool];
    if (!target || name.trim() === '') throw new HostError('empty_name', 'A tool needs a name. Nothing was changed.');
    target.name = name.trim();
    target.existing = this.toolNamed(target.name)?.id ?? null;
    set.title = set.tools.map((each) => each.name || 'Unnamed tool').join(' and ');
    this.refreshKinds(set);
    set.revision += 1;
    return set;
  }

  fresh(id: string, revision: number): ChangeSet {
    const set = this.changeSet(id);
    if (set.revision !== revision) {
      throw new HostError('stale', 'This change set was changed elsewhere. Nothing was changed. It was loaded anew.');
    }
    if (set.state === 'merged') {
      throw new HostError('already_merged', 'The change set is merged. Nothing was changed. Undo the merge to review it again.');
    }
    return set;
  }

  merge(id: string, revision: number): Merged {
    const set = this.fresh(id, revision);
    const accepted = set.operations.filter((operation) => ['accepted', 'edited'].includes(operation.decision));
    if (accepted.length === 0) {
      throw new HostError('nothing_to_merge', 'Nothing is accepted yet. Nothing was changed. Accept at least one claim.');
    }
    if (accepted.some((operation) => set.tools[operation.tool]?.name === '')) {
      throw new HostError('tool_needs_name', 'A tool has no name. Nothing was changed. Name it, then merge.');
    }
    const before = this.#truth();
    const at = this.now();
    const touched = new Set<string>();
    for (const operation of accepted) touched.add(this.#apply(set, operation, at));
    set.state = 'merged';
    set.revision += 1;
    this.#compareAgain();
    const claims = accepted.length === 1 ? '1 claim' : `${accepted.length} claims`;
    const description = `Merge of ${claims} into ${[...touched].map((tool) => this.find(this.state.tools, tool, 'tool').name).join(' and ')}`;
    this.#took({ at, description, changeSet: id, before });
    return { description, tools: [...touched], claims: accepted.length, blocked: 0, next: this.#openSets()[0]?.id ?? null };
  }

  #apply(set: ChangeSet, operation: Operation, at: string): string {
    const target = set.tools[operation.tool] ?? { name: '', existing: null };
    let tool = this.toolNamed(target.name);
    if (!tool) {
      tool = { id: this.id('tool'), name: target.name, vendor: null };
      this.state.tools.push(tool);
    }
    target.existing = tool.id;
    const { proposal, decision, edited_text } = operation;
    const byHand = decision === 'edited';
    const evidence: Evidence[] =
      proposal.evidence.length > 0
        ? [{ capture: set.capture, quote: proposal.raw_text, lines: proposal.evidence, matched: proposal.matched }]
        : [];
    const kind = byHand ? ({ type: 'add' } as OperationKind) : this.#kind(proposal, tool.id);
    if (kind.type === 'corroborate') {
      this.find(this.state.claims, kind.claim, 'claim').evidence.push(...evidence);
      return tool.id;
    }
    if (kind.type === 'replace') {
      const old = this.find(this.state.claims, kind.claim, 'claim');
      old.recorded_to = at;
      old.status = 'superseded';
    }
    this.state.claims.push({
      id: this.id('claim'),
      tool: tool.id,
      property: proposal.property,
      value: byHand ? { type: 'text', text: edited_text ?? '' } : proposal.value,
      raw_text: proposal.raw_text,
      speaker: proposal.speaker,
      status: byHand ? 'entered' : proposal.status === 'not_found' ? 'not_found' : 'verified',
      confidence: byHand ? null : proposal.confidence,
      evidence,
      valid_from: this.capture(set.capture).added_at,
      recorded_from: at,
      recorded_to: null,
      supersedes: kind.type === 'replace' ? kind.claim : null,
      locked: byHand,
      proposed_by: set.proposed_by,
    });
    return tool.id;
  }

  #openSets(): ChangeSet[] {
    return this.state.changeSets.filter((set) => set.state === 'open' || set.state === 'reverted');
  }

  #truth(): Truth {
    // What is read and drafted by machines is not part of a step.
    const names = Object.keys(emptyTruth()) as (keyof Truth)[];
    return structuredClone(Object.fromEntries(names.map((name) => [name, this.state[name]]))) as unknown as Truth;
  }

  /** One step by hand: what `change` does can be undone under that description; nothing is kept where it throws. */
  edit<T>(description: string, change: () => T): T {
    const before = this.#truth();
    try {
      const answer = change();
      this.#compareAgain();
      this.#took({ at: this.now(), description, changeSet: null, before });
      return answer;
    } catch (thrown) {
      this.#restore(before);
      throw thrown;
    }
  }

  #took(step: Pick<Step, 'at' | 'description' | 'changeSet' | 'before'>): void {
    this.#done.push({ ...step, id: this.id('event'), after: this.#truth() });
    this.#undone = [];
  }

  /** Everything as it was at a time; exact, for each step keeps what was before it. */
  truthAt(time: string): Truth {
    const at = Date.parse(time);
    if (Number.isNaN(at)) throw new HostError('not_a_time', `"${time}" is not a time. Nothing was changed. Give a date such as 2026-11-21.`);
    const later = this.#done.find((step) => Date.parse(step.at) > at);
    return later ? later.before : this.#truth();
  }

  /** Changes the library and every step of its history: what is removed for good does not come back with an undone step. */
  rewrite(change: (truth: Truth) => void): void {
    [this.state, ...[...this.#done, ...this.#undone].flatMap(({ before, after }) => [before, after])].forEach(change);
    this.#compareAgain();
  }

  /** Everything as it was, as one step that is not undone. */
  become(truth: Truth): void {
    this.#restore(truth);
    this.#done = [];
    this.#undone = [];
  }

  undo(): Undone | null {
    return this.#walk(this.#done, this.#undone, 'before', 'reverted');
  }

  redo(): Undone | null {
    return this.#walk(this.#undone, this.#done, 'after', 'merged');
  }

  #walk(from: Step[], to: Step[], side: 'before' | 'after', state: 'reverted' | 'merged'): Undone | null {
    const step = from.pop();
    if (!step) return null;
    to.push(step);
    this.#restore(step[side]);
    if (step.changeSet !== null) {
      const set = this.changeSet(step.changeSet);
      set.state = state;
      set.revision += 1;
    }
    return { description: step.description, change_set: step.changeSet };
  }

  /** The tables as they were; captures and the change sets stay as they are. */
  #restore(truth: Truth): void {
    this.state = { ...this.state, ...structuredClone(truth) };
    this.#compareAgain();
  }

  /** What the open change sets would do to the library as it is now. */
  #compareAgain(): void {
    for (const set of this.#openSets()) {
      set.tools.forEach((tool) => (tool.existing = this.toolNamed(tool.name)?.id ?? null));
      this.refreshKinds(set);
    }
  }

  get undoText(): string | null {
    return this.#done.at(-1)?.description ?? null;
  }

  get redoText(): string | null {
    return this.#undone.at(-1)?.description ?? null;
  }

  history(): EventView[] {
    const view = (undone: boolean) => (step: Step) => ({ id: step.id, at: step.at, description: step.description, undone });
    return [...this.#undone.map(view(true)), ...this.#done.map(view(false)).reverse()];
  }

  summaries(): ChangeSetSummary[] {
    const shown = new Set(this.captures.map(({ id }) => id));
    return this.state.changeSets
      .filter(({ capture }) => shown.has(capture))
      .map((set) => ({
        id: set.id,
        capture: { id: set.capture, name: this.capture(set.capture).name },
        title: set.title,
        state: set.state,
        operations: set.operations.length,
        pending: set.operations.filter((operation) => operation.decision === 'pending').length,
        verified: set.operations.filter((operation) => operation.proposal.status === 'verified').length,
        created_at: set.created_at,
      }))
      .reverse();
  }

  #cell(tool: string, property: string): Cell {
    const claims = this.currentOf(tool).filter((claim) => claim.property === property);
    return { values: claims.map(cellValue) };
  }

  #entry(tool: string): Cell {
    const { values } = this.#cell(tool, 'price');
    const amount = ({ value }: CellValue) => (value.type === 'money' && value.amount !== null ? value.amount : Infinity);
    const sorted = [...values].sort((left, right) => amount(left) - amount(right));
    return { values: sorted.slice(0, 1) };
  }

  #labels(tool: string, scheme: 'category' | 'tag'): string[] {
    const linked = this.state.links.filter((link) => link.tool === tool).map(({ term }) => term);
    return this.state.terms.filter((term) => term.scheme === scheme && linked.includes(term.id)).map(({ label }) => label);
  }

  /** What stands against each other and was not settled. */
  openContradictions(tool: string) {
    const settled = this.state.settlements.filter((each) => each.tool === tool).map(({ key }) => key);
    return contradictionsOf(tool, this.currentOf(tool)).filter(({ key }) => !settled.includes(key));
  }

  tools(): ToolSummary[] {
    return this.state.tools.map(({ id, name, vendor }) => {
      const first = (cell: Cell) => cell.values[0]?.text ?? null;
      const claims = this.currentOf(id);
      const captures = new Set(claims.flatMap((claim) => claim.evidence.map((evidence) => evidence.capture)));
      return {
        id,
        name,
        tagline: first(this.#cell(id, 'tagline')),
        category: this.#labels(id, 'category')[0] ?? first(this.#cell(id, 'category')),
        entry_price: first(this.#entry(id)),
        claims: claims.length,
        captures: captures.size,
        vendor,
        tags: this.#labels(id, 'tag'),
        contradictions: this.openContradictions(id).length,
        last_seen: claims.map((claim) => this.#seen(claim)).sort().at(-1) ?? null,
        stale: claims.some((claim) => claim.evidence.length > 0 && isStale(claim.property, this.#seen(claim), new Date(this.#clock).toISOString())),
        facets: facetsOf(claims),
      };
    });
  }

  /** When the newest page was captured that shows a claim. */
  #seen(claim: Claim): string {
    const times = claim.evidence.map(({ capture }) => this.capture(capture).added_at);
    return times.sort().at(-1) ?? claim.valid_from;
  }

  tool(id: string): ToolView {
    const { name, vendor } = this.toolOf(id);
    const place = (claim: Claim) => properties.findIndex((property) => property.id === claim.property);
    const all = this.state.claims.filter((claim) => claim.tool === id);
    const captures = new Set(all.flatMap((claim) => claim.evidence.map((evidence) => evidence.capture)));
    const now = new Date(this.#clock).toISOString();
    const nameOf = (tool: string) => this.state.tools.find((each) => each.id === tool)?.name ?? '';
    return {
      id,
      name,
      claims: this.currentOf(id).sort((left, right) => place(left) - place(right)),
      history: all.filter((claim) => claim.recorded_to !== null),
      captures: this.captures.filter((capture) => captures.has(capture.id)),
      vendor,
      aliases: this.state.aliases.filter((alias) => alias.tool === id).map(({ id: alias, name: called, kind }) => ({ id: alias, name: called, kind })),
      relations: this.state.relations
        .filter(({ tool, other }) => tool === id || other === id)
        .map(({ id: relation, tool, kind, other, note }) => {
          const far = tool === id ? other : tool;
          return { id: relation, kind, from_here: tool === id, tool: far, name: nameOf(far), note };
        }),
      merged: this.state.merges.filter(({ tool }) => tool === id).map(({ id: merge, absorbed, at }) => ({ id: merge, name: absorbed.name, at })),
      locked: this.state.locks.filter(({ tool }) => tool === id).map(({ property }) => property),
      contradictions: this.openContradictions(id),
      settled: this.state.settlements.filter(({ tool }) => tool === id),
      categories: this.#labels(id, 'category'),
      tags: this.#labels(id, 'tag'),
      note: this.noteOn('tool', id),
      claim_notes: this.notesOn(this.currentOf(id)),
      seen: this.currentOf(id).map((claim) => ({ claim: claim.id, at: this.#seen(claim), stale: isStale(claim.property, this.#seen(claim), now) })),
    };
  }

  compare(ids: string[]): Comparison {
    const tools = ids.map((id) => this.find(this.state.tools, id, 'tool'));
    return arrange(tools, (tool, property) => (property === 'entry_price' ? this.#entry(tool) : this.#cell(tool, property)), true);
  }

  compareProposals(): Comparison | null {
    const set = this.#openSets().find((open) => open.tools.length > 1);
    if (!set) return null;
    const tools = set.tools.map(({ name }, index) => ({ id: String(index), name }));
    const cell = (tool: string, property: string): Cell => ({
      values: set.operations
        .filter((operation) => String(operation.tool) === tool && operation.proposal.property === property)
        .map(({ proposal }) => ({
          claim: null,
          text: displayValue(proposal.value),
          value: proposal.value,
          speaker: proposal.speaker,
          status: proposal.status,
          evidence: [{ capture: set.capture, quote: proposal.raw_text, lines: proposal.evidence, matched: proposal.matched }],
          valid_from: '',
        })),
    });
    return arrange(tools, (tool, property) => cell(tool, property === 'entry_price' ? 'price' : property), false);
  }

  search(query: string, limit: number): Hit[] {
    const words = fold(query).split(' ').filter(Boolean);
    const matches = (text: string) => words.length > 0 && words.every((word) => fold(text).includes(word));
    const hits: Hit[] = [];
    for (const tool of this.state.tools) {
      if (matches(tool.name)) hits.push({ target: { type: 'tool', tool: tool.id, name: tool.name }, text: tool.name, bounds: null, capture: null });
      for (const claim of this.currentOf(tool.id)) {
        const text = displayValue(claim.value);
        if (!matches(text) && !matches(claim.raw_text)) continue;
        const [evidence] = claim.evidence;
        hits.push({
          target: { type: 'claim', tool: tool.id, name: tool.name, property: claim.property },
          text,
          bounds: evidence ? hull(evidence.lines) : null,
          capture: evidence?.capture ?? null,
        });
      }
    }
    for (const capture of this.captures.filter(({ state }) => state.type === 'ready')) {
      for (const line of this.drawings.get(capture.sha256)?.lines ?? []) {
        if (!matches(line.text)) continue;
        hits.push({ target: { type: 'line', capture: capture.id, name: capture.name }, text: line.text, bounds: line.bounds, capture: capture.id });
      }
    }
    return hits.slice(0, limit);
  }
}

function cellValue(claim: Claim): CellValue {
  const { id, value, speaker, status, evidence, valid_from } = claim;
  return { claim: id, text: displayValue(value), value, speaker, status, evidence, valid_from };
}

function arrange(
  tools: { id: string; name: string }[],
  cell: (tool: string, property: string) => Cell,
  reviewed: boolean,
): Comparison {
  const rows: Row[] = [];
  const add = (property: string, label: string, section: Row['section'], always: boolean) => {
    const cells = tools.map((tool) => cell(tool.id, property));
    if (!always && cells.every(({ values }) => values.length === 0)) return;
    const texts = cells.map(({ values }) => values.map((value) => fold(value.text)).join('\n'));
    rows.push({ property, label, section, cells, differs: texts.some((text) => text !== texts[0]) });
  };
  for (const { id, label, section } of properties) {
    if (id === 'name') continue;
    if (id === 'price') add('entry_price', 'Entry price', 'price', true);
    const always = section === 'identity' || id === 'panel_ship' || id === 'community_votes';
    add(id, id === 'price' ? 'Plans' : label, section, always);
  }
  return { title: tools.map(({ name }) => name || 'Unnamed tool').join(' vs '), tools, rows, reviewed };
}
