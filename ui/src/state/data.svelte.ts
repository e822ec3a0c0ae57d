/** The reads that the whole window shares. */
import { getContext, setContext } from 'svelte';
import type { CaptureState, CaptureView, ModelState, Property } from '../host/types';
import { nothing } from '../host/types';
import type { App } from './app.svelte';

export class Data {
  readonly status;
  readonly captures;
  readonly changeSets;
  readonly vocabulary;
  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
    this.status = app.queries.read('app_status', () => nothing);
    this.captures = app.queries.read('list_captures', () => nothing);
    this.changeSets = app.queries.read('list_change_sets', () => nothing);
    this.vocabulary = app.queries.read('vocabulary', () => nothing);
    app.nameOf = (id) => this.capture(id)?.name ?? 'A capture';
  }

  get properties(): readonly Property[] {
    return this.vocabulary.data?.properties ?? [];
  }

  capture(id: string): CaptureView | undefined {
    return this.captures.data?.find((capture) => capture.id === id);
  }

  /** Where a capture stands now; progress is newer than the list. */
  stateOf(capture: CaptureView): CaptureState {
    return this.#app.progress.get(capture.id) ?? capture.state;
  }

  /** Where a model's look at a capture stands now; nothing where none was to look. */
  lookOf(capture: CaptureView): ModelState | null {
    return this.#app.looks.get(capture.id) ?? this.capture(capture.id)?.model ?? capture.model;
  }

  /** Change sets that wait for a person. */
  get waiting() {
    return (this.changeSets.data ?? []).filter(({ state }) => state === 'open' || state === 'reverted');
  }
}

const key = Symbol('data');

export function provideData(app: App): Data {
  return setContext(key, new Data(app));
}

export function useData(): Data {
  return getContext<Data>(key);
}
