/**
 * The state of one review: which proposal is chosen, what is being typed or drawn, and the decisions on their way.
 *
 * Invariant: decisions go to the core one after the other, each with the revision that the one before returned; what
 * is shown is what the core answered.
 */
import { SvelteSet } from 'svelte/reactivity';
import { count, displayValue, insteadText, planOf, propertyLabel, speakerLabels, statusLabels } from '../../format';
import { hull, padded } from '../../geometry';
import { HostError, type ChangeSet, type ChangeSetView, type Decision, type MoveTo, type Operation, type Property, type Speaker } from '../../host/types';
import type { App } from '../../state/app.svelte';
import { DrawnRegion } from './region.svelte';

export class ReviewController {
  view = $state.raw<ChangeSetView | null>(null);
  chosen = $state<string | null>(null);
  editing = $state<string | null>(null);
  /** Index of the tool that is being named. */
  naming = $state<number | null>(null);
  /** The proposal that is being put under another tool or field. */
  moving = $state<string | null>(null);
  /** The proposal for whose rejection a reason is being typed. */
  reasoning = $state<string | null>(null);
  /** Whether a region is being drawn, and where it is. */
  drawing = $state(false);
  readonly region: DrawnRegion;
  /** Proposals that do something else than when they were shown: the library has moved on. */
  readonly overtaken = new SvelteSet<string>();
  /** What is wrong with the text being typed. */
  fault = $state<string | null>(null);
  busy = $state(false);
  /** Raised when the chosen line should take the focus. */
  focus = $state(0);
  #tail: Promise<unknown> = Promise.resolve();

  constructor(readonly app: App) {
    this.region = new DrawnRegion(app);
  }

  get set(): ChangeSet | null {
    return this.view?.change_set ?? null;
  }

  /** Operations in the order of the screen: tool by tool. */
  get ordered(): Operation[] {
    const set = this.set;
    return set ? set.tools.flatMap((_, index) => besideDisputed(set.operations.filter(({ tool }) => tool === index))) : [];
  }

  /** Names of everyone who proposes something of this change set. */
  get proposers(): string[] {
    return this.ordered.flatMap(({ proposal }) => proposal.opinions.filter(({ instead }) => instead === null).map(({ proposer }) => proposer));
  }

  get operation(): Operation | null {
    return this.ordered.find(({ id }) => id === this.chosen) ?? null;
  }

  get reviewed(): number {
    return this.ordered.filter(({ decision }) => decision !== 'pending').length;
  }

  get accepted(): Operation[] {
    return this.ordered.filter(({ decision }) => decision === 'accepted' || decision === 'edited');
  }

  get open(): boolean {
    return this.set !== null && this.set.state !== 'merged';
  }

  /** Verified proposals that still wait. */
  get verified(): Operation[] {
    return this.ordered.filter(({ decision, proposal, kind }) => decision === 'pending' && proposal.status === 'verified' && kind.type !== 'blocked');
  }

  show(view: ChangeSetView): void {
    const same = this.set?.id === view.change_set.id;
    if (same && this.set && this.set.revision > view.change_set.revision) return;
    const another = this.view !== null && !same;
    if (same) this.#markOvertaken(view.change_set);
    else this.overtaken.clear();
    this.view = view;
    if (same && this.operation) return;
    this.editing = null;
    this.naming = null;
    this.moving = null;
    this.reasoning = null;
    this.stopDrawing();
    this.fault = null;
    const first = this.ordered.find(({ decision }) => decision === 'pending') ?? this.ordered[0];
    this.chosen = first?.id ?? null;
    // Whoever went on to the next change set goes on with the same keys.
    if (another) this.focus += 1;
  }

  #markOvertaken({ operations }: ChangeSet): void {
    for (const { id, kind } of this.ordered) {
      const next = operations.find((operation) => operation.id === id);
      if (next && JSON.stringify(next.kind) !== JSON.stringify(kind)) this.overtaken.add(id);
    }
  }

  clearView(): void {
    this.view = null;
    this.chosen = null;
  }

  choose(id: string): void {
    if (this.editing !== null && this.editing !== id) this.cancelEdit();
    if (this.moving !== id) this.moving = null;
    if (this.reasoning !== id) this.reasoning = null;
    this.chosen = id;
  }

  move(step: 1 | -1): void {
    const { ordered } = this;
    if (ordered.length === 0) return;
    const at = ordered.findIndex(({ id }) => id === this.chosen);
    const next = ordered[Math.min(ordered.length - 1, Math.max(0, at + step))];
    if (next) this.choose(next.id);
    this.focus += 1;
  }

  /** Goes to the next proposal that waits, or to the next one. */
  #advance(): void {
    const { ordered } = this;
    const at = ordered.findIndex(({ id }) => id === this.chosen);
    const rest = [...ordered.slice(at + 1), ...ordered.slice(0, at)];
    const next = rest.find(({ decision }) => decision === 'pending');
    if (next) this.chosen = next.id;
    this.focus += 1;
  }

  /** Runs `change` after everything before it; a failure is shown and the newest state is fetched. */
  #queue(change: (set: ChangeSet) => Promise<void>): Promise<boolean> {
    const result = this.#tail.then(async () => {
      const { set } = this;
      if (!set) return false;
      try {
        await change(set);
        return true;
      } catch (thrown) {
        const error = HostError.from(thrown);
        if (this.editing !== null || this.naming !== null || this.moving !== null || this.drawing) this.fault = error.message;
        else this.app.report(error);
        this.app.queries.invalidate(['change_sets']);
        return false;
      }
    });
    this.#tail = result;
    return result;
  }

  #decide(operations: string[], decision: Decision, editedText: string | null = null, reason: string | null = null): Promise<boolean> {
    // Whoever decides has seen what the proposal does now.
    operations.forEach((id) => this.overtaken.delete(id));
    return this.#queue(async (set) => {
      const change_set = await this.app.host.call('decide', {
        change_set: set.id,
        revision: set.revision,
        operations,
        decision,
        edited_text: editedText,
        reason,
      });
      if (this.view) this.view = { ...this.view, change_set };
    });
  }

  async decide(decision: 'accepted' | 'rejected'): Promise<void> {
    const { chosen } = this;
    if (chosen === null || !this.open) return;
    // What was typed by hand stays typed by hand when it is accepted once more.
    const again = decision === 'accepted' && this.operation?.decision === 'edited';
    if (!again && !(await this.#decide([chosen], decision))) return;
    this.app.announce(`${decision === 'accepted' ? 'Accepted' : 'Rejected'}. ${this.counter}.`);
    if (this.chosen === chosen) this.#advance();
  }

  /** Takes a decision by pointer: pressing it again clears it, and the choice stays. */
  async toggle(id: string, decision: 'accepted' | 'rejected'): Promise<void> {
    if (!this.open) return;
    this.choose(id);
    const operation = this.ordered.find((each) => each.id === id);
    const held = operation?.decision === decision || (operation?.decision === 'edited' && decision === 'accepted');
    await this.#decide([id], held ? 'pending' : decision);
  }

  async clear(): Promise<void> {
    if (this.chosen === null || !this.open) return;
    if (await this.#decide([this.chosen], 'pending')) this.app.announce(`Decision cleared. ${this.counter}.`);
  }

  async acceptVerified(): Promise<void> {
    const ids = this.verified.map(({ id }) => id);
    if (!this.open) return;
    if (ids.length === 0) return this.app.toasts.show('No verified proposal is waiting.');
    if (!(await this.#decide(ids, 'accepted'))) return;
    this.app.announce(`${count(ids.length, 'verified claim')} accepted. ${this.counter}.`);
    if (this.operation?.decision !== 'pending') this.#advance();
  }

  startEdit(): void {
    if (this.chosen === null || !this.open) return;
    this.fault = null;
    this.editing = this.chosen;
  }

  cancelEdit(): void {
    this.editing = null;
    this.fault = null;
    this.focus += 1;
  }

  async saveEdit(text: string): Promise<void> {
    const { editing } = this;
    if (editing === null) return;
    if (text.trim() === '') {
      this.fault = 'Type a value, or press Esc to keep what was read.';
      return;
    }
    this.fault = null;
    if (!(await this.#decide([editing], 'edited', text.trim()))) return;
    this.editing = null;
    this.app.announce(`Edited. ${this.counter}.`);
    this.#advance();
  }

  /** Opens the name field of the chosen proposal's tool, or of the first tool without a name. */
  nameTool(tool?: number): void {
    const { set } = this;
    if (!set || !this.open) return;
    const unnamed = set.tools.findIndex(({ name }) => name === '');
    this.fault = null;
    this.naming = tool ?? (unnamed >= 0 ? unnamed : (this.operation?.tool ?? 0));
  }

  cancelName(): void {
    this.naming = null;
    this.fault = null;
    this.focus += 1;
  }

  /** Names a tool like one of the library, from the question whether it is that one. */
  async callIt(tool: number, name: string): Promise<void> {
    this.naming = tool;
    await this.saveName(name);
  }

  async saveName(name: string): Promise<void> {
    const tool = this.naming;
    if (tool === null) return;
    if (name.trim() === '') {
      this.fault = 'Type a name, or press Esc to leave it as it is.';
      return;
    }
    this.fault = null;
    const saved = await this.#queue(async (set) => {
      const change_set = await this.app.host.call('name_tool', { change_set: set.id, revision: set.revision, tool, name: name.trim() });
      if (this.view) this.view = { ...this.view, change_set };
    });
    if (!saved) return;
    this.naming = null;
    this.app.announce(`Tool named ${name.trim()}.`);
    this.focus += 1;
  }

  startReason(): void {
    if (this.chosen === null || !this.open) return;
    this.reasoning = this.chosen;
  }

  cancelReason(): void {
    this.reasoning = null;
    this.focus += 1;
  }

  /** Rejects the proposal; the reason is kept with the memory of it. */
  async rejectFor(reason: string): Promise<void> {
    const { reasoning } = this;
    if (reasoning === null || !(await this.#decide([reasoning], 'rejected', null, reason.trim() || null))) return;
    this.reasoning = null;
    this.app.announce(`Rejected. ${this.counter}.`);
    this.#advance();
  }

  startMove(): void {
    if (this.chosen === null || !this.open) return;
    this.fault = null;
    this.moving = this.chosen;
  }

  cancelMove(): void {
    this.moving = null;
    this.fault = null;
    this.focus += 1;
  }

  /** Puts the proposal under the tool of that name and under that property, as far as they differ. */
  async saveMove(name: string, property: string): Promise<void> {
    const { moving, set } = this;
    const operation = set?.operations.find(({ id }) => id === moving);
    if (!set || !operation || moving === null) return;
    if (name.trim() === '') {
      this.fault = 'Type the name of the tool, or press Esc to leave the proposal where it is.';
      return;
    }
    const ways: MoveTo[] = [];
    const place = set.tools.findIndex((tool) => tool.name.toLowerCase() === name.trim().toLowerCase());
    if (place < 0) ways.push({ type: 'named_tool', name: name.trim() });
    else if (place !== operation.tool) ways.push({ type: 'tool', tool: place });
    if (property !== operation.proposal.property) ways.push({ type: 'property', property });
    this.fault = null;
    for (const to of ways) {
      const moved = await this.#queue(async ({ id, revision }) => {
        const change_set = await this.app.host.call('move_operations', { change_set: id, revision, operations: [moving], to });
        if (this.view) this.view = { ...this.view, change_set };
      });
      if (!moved) return;
    }
    this.moving = null;
    if (ways.length > 0) this.app.announce('Moved.');
    this.focus += 1;
  }

  startDrawing(): void {
    if (!this.open) return;
    this.fault = null;
    this.region.clear();
    this.drawing = true;
  }

  /** Begins a proposal of one's own where the chosen one stands, and has that region read again. */
  rereadChosen(): void {
    const { operation, view } = this;
    const region = hull(operation?.proposal.evidence ?? []);
    if (!view || !this.open) return;
    if (region === null) return this.app.toasts.show('This proposal stands nowhere on the picture. Draw a region with D.');
    this.startDrawing();
    this.region.draw(padded(region, 4, view.capture.width ?? region.x + region.width, view.capture.height ?? region.y + region.height));
    void this.region.read(view.capture.id);
  }

  stopDrawing(): void {
    if (!this.drawing) return;
    this.drawing = false;
    this.region.clear();
    this.fault = null;
    this.focus += 1;
  }

  /** Proposes the words that are shown for the region, and goes there. */
  async propose(tool: string, property: string, speaker: Speaker): Promise<void> {
    const { box: region, words } = this.region;
    if (region === null || tool.trim() === '') {
      this.fault = region === null ? 'Draw a box round the words first, or choose a line.' : 'Type the name of the tool that the words speak of.';
      return;
    }
    this.fault = null;
    const before = this.set?.operations ?? [];
    const added = await this.#queue(async (set) => {
      const change_set = await this.app.host.call('add_proposal', { change_set: set.id, revision: set.revision, tool: tool.trim(), property, speaker, region, words });
      if (this.view) this.view = { ...this.view, change_set };
    });
    if (!added) return;
    this.stopDrawing();
    const fresh = this.set?.operations.find(({ id }) => !before.some((operation) => operation.id === id));
    if (fresh) this.choose(fresh.id);
    this.app.announce('Added as a proposal. Look at it and accept it.');
    this.focus += 1;
  }

  async merge(): Promise<void> {
    if (this.busy || !this.open) return;
    await this.#tail;
    const { set } = this;
    if (!set) return;
    if (this.accepted.length === 0) {
      return this.app.toasts.show('Nothing is accepted yet. Accept at least one claim, then merge.');
    }
    const unnamed = this.accepted.find(({ tool }) => set.tools[tool]?.name === '');
    if (unnamed) {
      this.nameTool(unnamed.tool);
      return this.app.toasts.show('This tool has no name yet. Name it, then merge.');
    }
    this.busy = true;
    const merged = await this.app.run('merge', { change_set: set.id, revision: set.revision });
    this.busy = false;
    if (!merged) return this.app.queries.invalidate(['change_sets']);
    this.app.toasts.show(`${count(merged.claims, 'claim')} merged into ${count(merged.tools.length, 'tool')}.`, {
      action: { label: 'Undo', run: () => void this.app.undo() },
    });
    if (merged.next === null) this.app.router.go('review');
    else this.app.router.go('review', merged.next);
  }

  get counter(): string {
    return `${this.reviewed} of ${this.ordered.length} reviewed`;
  }
}

/** What would be written for an operation. */
export function proposedText(operation: Operation): string {
  return operation.decision === 'edited' && operation.edited_text !== null ? operation.edited_text : displayValue(operation.proposal.value);
}

/** Puts a model's own reading right behind the proposal that it disputes. */
function besideDisputed(operations: Operation[]): Operation[] {
  const disputes = (one: Operation, other: Operation) =>
    other.proposal.property === one.proposal.property &&
    one.proposal.opinions[0]?.instead === null &&
    other.proposal.opinions.some(({ instead }) => instead?.text === one.proposal.raw_text && instead.tool === null) &&
    one.proposal.opinions.some(({ instead }) => instead?.text === other.proposal.raw_text && instead.tool === null);
  const ordered: Operation[] = [];
  for (const operation of operations) {
    const at = ordered.findIndex((earlier) => disputes(earlier, operation));
    if (at < 0) ordered.push(operation);
    else ordered.splice(at + 1, 0, operation);
  }
  return ordered;
}

const decisionWords: Record<Decision, string> = { pending: '', accepted: 'Accepted.', edited: 'Edited and accepted.', rejected: 'Rejected.' };

/** The line as a screen reader says it. */
export function spokenLine(operation: Operation, place: number, total: number, properties: readonly Property[]): string {
  const { property, value, status, speaker } = operation.proposal;
  const plan = planOf(value);
  const what = propertyLabel(properties, property) + (plan === null ? '' : `, ${plan} plan`);
  const parts = [`Claim ${place} of ${total}.`, `${what}.`, `Proposed ${proposedText(operation)}.`, `${statusLabels[status]}.`, `${speakerLabels[speaker]}.`];
  const disputed = operation.proposal.opinions.flatMap(({ proposer, instead }) => (instead ? [insteadText(proposer, instead, properties)] : []));
  return [...parts, ...disputed, decisionWords[operation.decision]].filter(Boolean).join(' ');
}
