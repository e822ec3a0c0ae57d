/**
 * What the whole window shares: the host, the reads, where it is, messages, the open evidence and dialogs.
 *
 * Invariant: nothing here outlives the window but three preferences; every failure is shown.
 */
import { getContext, setContext } from 'svelte';
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import { count } from '../format';
import {
  HostError,
  nothing,
  type AddOutcome,
  type AppEvent,
  type CaptureState,
  type CommandName,
  type Evidence,
  type Host,
  type ModelState,
  type PackStep,
  type Request,
  type Response,
  type Speaker,
  type Stage,
  type Status,
  type TablePreview,
} from '../host/types';
import type { Route } from '../routes';
import type { ReviewController } from '../screens/review/review.svelte';
import { actionFor } from './errors';
import { Preferences } from './preferences.svelte';
import { Queries } from './query.svelte';
import { address, Router } from './router.svelte';
import { Toasts, type ToastDetail } from './toasts.svelte';

/** A value whose evidence is on show. */
export interface EvidenceSubject {
  label: string;
  text: string;
  status: Status | null;
  speaker: Speaker | null;
  since: string | null;
  locked: boolean;
  evidence: Evidence[];
  tool: { id: string; name: string } | null;
  /** Id of the claim, where its story can be told. */
  claim: string | null;
  /** A value as it was at a time that has passed: nothing can be changed. */
  past?: boolean;
}

export type DialogName = 'palette' | 'help' | 'about' | 'export' | 'name-tool';

export class App {
  readonly queries: Queries;
  readonly router: Router;
  readonly toasts = new Toasts();
  readonly preferences = new Preferences();
  readonly review: { current: ReviewController | null } = $state({ current: null });
  /** Tools ticked in the library, in the order of ticking. */
  readonly selection = new SvelteSet<string>();
  /** States newer than the list of captures. */
  readonly progress = new SvelteMap<string, CaptureState>();
  /** What a model does at the moment, by capture; newer than the list. */
  readonly looks = new SvelteMap<string, ModelState>();
  /** The same for what somebody waits for, by capture or pack. */
  readonly errands = new SvelteMap<string, ModelState>();
  /** How far the second reading of a drawn region is, by capture. */
  readonly regions = new SvelteMap<string, { stage: Stage; done: number; total: number }>();
  /** What is being done with a pack at the moment. */
  readonly packSteps = new SvelteMap<string, PackStep>();
  evidence = $state.raw<EvidenceSubject | null>(null);
  dialog = $state<DialogName | null>(null);
  hovering = $state.raw<{ files: number } | null>(null);
  /** Tools of the comparison to export. */
  exporting = $state.raw<string[]>([]);
  /** A table that was chosen and not entered yet. */
  importing = $state.raw<TablePreview | null>(null);
  announcement = $state('');
  /** Name of a capture, for announcements. */
  nameOf: (capture: string) => string = () => 'A capture';
  #opener: HTMLElement | null = null;

  constructor(readonly host: Host, routes: readonly [Route, ...Route[]]) {
    this.router = new Router(routes);
    this.queries = new Queries(host);
    host.subscribe((event) => this.#hear(event));
  }

  #hear(event: AppEvent): void {
    switch (event.type) {
      case 'changed':
        if (event.tags.includes('captures')) {
          this.progress.clear();
          this.looks.clear();
        }
        if (event.tags.includes('packs')) this.packSteps.clear();
        this.queries.invalidate(event.tags);
        break;
      case 'progress':
        this.progress.set(event.capture, event.state);
        if (event.state.type === 'ready') this.announce(`${this.nameOf(event.capture)} was read.`);
        if (event.state.type === 'failed') this.announce(`${this.nameOf(event.capture)} could not be read. ${event.state.message}`);
        break;
      case 'model_progress':
        (event.errand ? this.errands : this.looks).set(event.subject, event.state);
        if (event.state.type === 'done') this.announce(`A model has looked at ${this.nameOf(event.subject)}.`);
        if (event.state.type === 'failed') this.announce(`The model could not look at ${this.nameOf(event.subject)}. ${event.state.message}`);
        break;
      case 'region_progress':
        this.regions.set(event.capture, event);
        break;
      case 'added':
        this.#added(event.outcomes);
        break;
      case 'drop_hover':
        this.hovering = event.hovering ? { files: event.files } : null;
        break;
      case 'pack_progress':
        this.packSteps.set(event.step.pack, event.step);
        break;
      case 'pack_installed':
        this.toasts.show(`${event.title} is installed.`, { action: { label: 'Models', run: () => this.router.go('models') } });
        break;
      case 'problem':
        this.report(new HostError(event.code, event.message));
        break;
    }
  }

  /** Runs a command; a failure is shown, and `undefined` comes back. */
  async run<K extends CommandName>(command: K, request: Request<K>): Promise<Response<K> | undefined> {
    try {
      return await this.host.call(command, request);
    } catch (thrown) {
      this.report(HostError.from(thrown));
      return undefined;
    }
  }

  /** Runs a command that is one step of the history, says what became of it and offers to undo it. */
  async step<K extends CommandName>(command: K, request: Request<K>, said: string): Promise<Response<K> | undefined> {
    const answer = await this.run(command, request);
    if (answer !== undefined) this.toasts.show(said, { action: { label: 'Undo', run: () => void this.undo() } });
    return answer;
  }

  /** Runs a command that a model carries out for `subject`; what the person stopped is no failure. */
  async errand<K extends CommandName>(subject: string, command: K, request: Request<K>): Promise<Response<K> | undefined> {
    this.errands.set(subject, { type: 'queued' });
    try {
      return await this.host.call(command, request);
    } catch (thrown) {
      const error = HostError.from(thrown);
      if (error.code === 'cancelled') this.toasts.show(error.message);
      else this.report(error);
      return undefined;
    } finally {
      this.errands.delete(subject);
    }
  }

  report(error: HostError): void {
    this.toasts.show(error.message, { tone: 'bad', action: actionFor(error.code, this) });
  }

  announce(text: string): void {
    // The same sentence twice is only spoken twice when the text changes.
    this.announcement = this.announcement === text ? `${text}\u00a0` : text;
  }

  /** Says what became of each file. */
  #added(outcomes: AddOutcome[]): void {
    this.hovering = null;
    if (outcomes.length === 0) return;
    const number = (type: AddOutcome['result']['type']) => outcomes.filter(({ result }) => result.type === type).length;
    const refused = number('not_an_image') + number('unreadable');
    const parts = [
      number('added') > 0 ? `${count(number('added'), 'image')} added` : '',
      number('in_trash') > 0 ? `${number('in_trash')} in the trash` : '',
      number('already_here') > 0 ? `${number('already_here')} already here` : '',
      refused > 0 ? `${refused} not added` : '',
    ];
    this.toasts.show(`${parts.filter(Boolean).join(' · ')}.`, { details: outcomes.map(detail) });
  }

  // What became of the files comes as an `added` event, as it does for drops; the answers say the same.

  addImages(): Promise<unknown> {
    return this.run('choose_images', nothing);
  }

  paste(): Promise<unknown> {
    return this.run('paste_image', nothing);
  }

  addSamples(): Promise<unknown> {
    return this.run('add_samples', nothing);
  }

  async watchFolder(): Promise<void> {
    const folder = await this.run('choose_watched_folder', nothing);
    if (folder) this.toasts.show(`New pictures in ${folder.path} are added by themselves from now on. What lies there already is left alone.`);
  }

  async importTable(): Promise<void> {
    const table = await this.run('choose_table', nothing);
    if (table) this.importing = table;
  }

  async undo(): Promise<void> {
    const undone = await this.run('undo', nothing);
    if (undone === undefined) return;
    if (undone === null) return this.toasts.show('Nothing to undo.');
    this.toasts.show(`Undone: ${undone.description}.`, { action: { label: 'Redo', run: () => void this.redo() } });
    if (undone.change_set !== null && this.router.route.id === 'review') this.router.go('review', undone.change_set);
  }

  async redo(): Promise<void> {
    const redone = await this.run('redo', nothing);
    if (redone === undefined) return;
    if (redone === null) return this.toasts.show('Nothing to redo.');
    this.toasts.show(`Redone: ${redone.description}.`, { action: { label: 'Undo', run: () => void this.undo() } });
  }

  showEvidence(subject: EvidenceSubject): void {
    this.#opener = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    this.evidence = subject;
  }

  closeEvidence(): void {
    this.evidence = null;
    if (this.#opener?.isConnected) this.#opener.focus();
    this.#opener = null;
  }

  compareSelected(): void {
    if (this.selection.size < 2) {
      this.toasts.show('Tick two or more tools to compare them.');
      return;
    }
    this.router.go('compare', ...this.selection);
  }
}

function detail({ name, result }: AddOutcome): ToastDetail {
  switch (result.type) {
    case 'added':
      return { name, tone: 'good', text: 'Added' };
    case 'already_here':
      return { name, tone: 'plain', text: 'Already in your library', link: 'Open', href: address('capture', result.capture) };
    case 'in_trash':
      return { name, tone: 'plain', text: 'In the trash; nothing was added', link: 'Open', href: address('capture', result.capture) };
    case 'not_an_image':
    case 'unreadable':
      return { name, tone: 'bad', text: result.message };
  }
}

const key = Symbol('app');

export function provideApp(app: App): void {
  setContext(key, app);
}

export function useApp(): App {
  return getContext<App>(key);
}
