/**
 * Reads from the core, kept fresh by tags.
 *
 * Invariant: the core owns the truth. A read names the tags its answer depends on; a `changed` event with one of
 * them makes it ask again. The last answer stays on screen meanwhile. Nothing here writes.
 */
import { untrack } from 'svelte';
import { HostError, type CommandName, type Host, type Request, type Response, type Tag } from '../host/types';

/** Commands that only read, with what makes their answers stale. */
const reads = {
  app_status: ['status'],
  vocabulary: [],
  list_captures: ['captures'],
  get_capture: ['captures'],
  list_change_sets: ['change_sets', 'captures'],
  get_change_set: ['change_sets', 'captures'],
  list_tools: ['tools'],
  get_tool: ['tools'],
  compare: ['tools'],
  compare_proposals: ['captures', 'change_sets'],
  search: ['tools', 'captures'],
  find_tools: ['tools'],
  page_matches: ['captures', 'change_sets'],
  page_difference: ['change_sets', 'captures', 'tools'],
  same_tools: ['tools'],
  same_tools_for: ['tools'],
  claim_history: ['tools', 'captures'],
  tools_as_of: ['tools'],
  tool_as_of: ['tools'],
  terms: ['tools'],
  saved_searches: ['tools'],
  list_pages: ['captures'],
  capture_fields: ['captures'],
  list_trash: ['captures', 'tools'],
  list_backups: ['status'],
  backup_contents: ['status', 'tools', 'captures'],
  plan_redaction: ['captures', 'tools'],
  watched_folders: ['status', 'captures'],
  contradictions: ['tools'],
  history: ['tools', 'change_sets'],
  list_formats: [],
  list_packs: ['packs'],
} as const satisfies { [K in CommandName]?: readonly Tag[] };

export type ReadName = keyof typeof reads;

const remembered = 100;

export class Queries {
  #versions = $state<Record<Tag, number>>({ captures: 0, change_sets: 0, tools: 0, status: 0, packs: 0 });
  // What was answered before is looked up, never watched.
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  #answers = new Map<string, unknown>();

  constructor(readonly host: Host) {}

  invalidate(tags: readonly Tag[]): void {
    for (const tag of tags) this.#versions[tag] += 1;
  }

  version(tag: Tag): number {
    return this.#versions[tag];
  }

  recall(key: string): unknown {
    return this.#answers.get(key);
  }

  remember(key: string, answer: unknown): void {
    this.#answers.delete(key);
    this.#answers.set(key, answer);
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > remembered && oldest !== undefined) this.#answers.delete(oldest);
  }

  /** Reads for as long as the component lives; `request` may depend on state, `null` asks nothing. */
  read<K extends ReadName>(command: K, request: () => Request<K> | null): Query<K> {
    return new Query(this, command, request);
  }
}

export class Query<K extends ReadName> {
  data = $state.raw<Response<K> | undefined>();
  error = $state.raw<HostError | null>(null);
  loading = $state(true);
  #attempt = $state(0);

  constructor(queries: Queries, command: K, request: () => Request<K> | null) {
    $effect(() => {
      const asked = request();
      reads[command].forEach((tag) => queries.version(tag));
      void this.#attempt;
      if (asked === null) {
        this.data = undefined;
        this.error = null;
        this.loading = false;
        return;
      }
      let wanted = true;
      const key = `${command} ${JSON.stringify(asked)}`;
      untrack(() => {
        this.data = queries.recall(key) as Response<K> | undefined;
        this.loading = true;
      });
      queries.host.call(command, asked).then(
        (answer) => {
          queries.remember(key, answer);
          if (!wanted) return;
          this.data = answer;
          this.error = null;
          this.loading = false;
        },
        (thrown: unknown) => {
          if (!wanted) return;
          this.error = HostError.from(thrown);
          this.loading = false;
        },
      );
      return () => {
        wanted = false;
      };
    });
  }

  retry(): void {
    this.#attempt += 1;
  }
}
