/**
 * Captures of the library in memory: pages over time, what is known besides the pixels, trash and backups.
 *
 * Invariant: for tests and for looking at the window in a browser only. Text decides which captures show one page.
 */
import {
  HostError,
  nothing,
  type BackupView,
  type Claim,
  type DifferenceKind,
  type OperationKind,
  type PageDifference,
  type PageMatchView,
  type Request,
  type Response,
  type Statement,
  type StatementDifference,
} from '../types';
import type { MemoryLibrary } from './library';
import type { Truth } from './truth';

type Names =
  | 'page_matches' | 'answer_page' | 'list_pages' | 'page_difference' | 'capture_fields' | 'set_capture_field'
  | 'trash_captures' | 'restore_captures' | 'list_trash' | 'empty_trash' | 'list_backups' | 'backup_contents' | 'go_back' | 'backup' | 'verify';
type Handlers = { [K in Names]: (request: Request<K>) => Response<K> };

const fieldWords: Record<string, string> = { url: 'address', title: 'window title', app: 'program', scale: 'scale', captured_at: 'date' };
const becomes: Record<OperationKind['type'], DifferenceKind> = {
  add: 'added',
  replace: 'changed',
  reword: 'reworded',
  corroborate: 'unchanged',
  blocked: 'blocked',
  locked: 'blocked',
};
const count = (number: number) => `${number} ${number === 1 ? 'capture' : 'captures'}`;

export function memoryCaptures(library: MemoryLibrary, changed: () => void): Handlers {
  const state = () => library.state;
  const folder = '~/.local/share/shortlist/library/backups';
  const backups: BackupView[] = [
    { path: `${folder}/library-000002-20261110-daily.db`, number: 2, date: '20261110', reason: 'daily', bytes: 1_802_240 },
    { path: `${folder}/library-000001-20261103-before-upgrade.db`, number: 1, date: '20261103', reason: 'before-upgrade', bytes: 1_204_224 },
  ];

  const held = new Map<number, { truth: Truth; captures: number; steps: number }>();

  function makeBackup(reason: string): BackupView {
    const number = (backups[0]?.number ?? 0) + 1;
    const date = library.now().slice(0, 10).replaceAll('-', '');
    const made = { path: `${folder}/library-${String(number).padStart(6, '0')}-${date}-${reason}.db`, number, date, reason, bytes: 1_908_736 };
    held.set(number, { truth: library.truthAt('9999-12-31'), captures: state().captures.length, steps: library.history().length });
    backups.unshift(made);
    return made;
  }

  function step(description: string, change: () => void): typeof nothing {
    library.edit(description, change);
    changed();
    return nothing;
  }

  const texts = (id: string) => (library.drawings.get(library.capture(id).sha256)?.lines ?? []).map(({ text }) => text);

  function likeness(one: string, other: string) {
    const [left, right] = [new Set(texts(one)), new Set(texts(other))];
    const both = [...left].filter((text) => right.has(text)).length;
    const all = left.size + right.size - both;
    return { shared: all === 0 ? 0 : both / all, contained: both / Math.max(1, Math.min(left.size, right.size)) };
  }

  function matches(): PageMatchView[] {
    const ready = library.captures.filter((capture) => capture.state.type === 'ready');
    return ready.flatMap((capture, place) => {
      if (state().pageAnswers.some((answer) => answer.capture === capture.id)) return [];
      const alike = ready
        .slice(place + 1)
        .map((earlier) => ({ earlier, likeness: { ...likeness(capture.id, earlier.id), same_title: true, shared_tools: 1 } }))
        .filter((each) => each.likeness.shared > 0.5)
        .sort((left, right) => right.likeness.shared - left.likeness.shared)[0];
      if (!alike) return [];
      const percent = Math.round(alike.likeness.shared * 100);
      return [{ capture, ...alike, reasons: [`${percent} % of the text is the same`, 'the same title'], suggested: 'new_version' as const }];
    });
  }

  const versionOf = (capture: string) => state().sources.find((source) => source.capture === capture);

  function difference(id: string): PageDifference | null {
    const set = library.changeSet(id);
    const own = versionOf(set.capture);
    const before = state().sources.filter((source) => source.page === own?.page && source.version < (own?.version ?? 0)).at(-1);
    if (!own || !before) return null;
    const page = state().sources.filter((source) => source.page === own.page && source.version < own.version).map(({ capture }) => capture);
    const held = ({ value, evidence }: Claim): Statement => ({ value, evidence: evidence.findLast(({ capture }) => page.includes(capture)) ?? evidence.at(-1) ?? null });
    const statements = set.operations.map(({ id: operation, kind, tool, proposal }): StatementDifference => {
      const claim = 'claim' in kind ? state().claims.find((each) => each.id === kind.claim) : undefined;
      const evidence = { capture: set.capture, quote: proposal.raw_text, lines: proposal.evidence, matched: proposal.matched };
      return {
        kind: becomes[kind.type],
        operation,
        tool: set.tools[tool]?.name ?? '',
        property: proposal.property,
        before: claim ? held(claim) : null,
        after: { value: proposal.value, evidence: proposal.evidence.length > 0 ? evidence : null },
      };
    });
    const touched = new Set(set.operations.flatMap(({ kind }) => ('claim' in kind ? [kind.claim] : [])));
    for (const claim of state().claims) {
      const shows = (capture: string) => claim.evidence.some((each) => each.capture === capture);
      if (claim.recorded_to !== null || touched.has(claim.id) || !shows(before.capture) || shows(set.capture)) continue;
      statements.push({ kind: 'gone', operation: null, tool: library.toolOf(claim.tool).name, property: claim.property, before: held(claim), after: null });
    }
    return { page: own.page, version: own.version, earlier: before.capture, earlier_version: before.version, statements };
  }

  const claimsOn = (id: string) =>
    state().claims.filter((claim) => claim.recorded_to === null && claim.evidence.some(({ capture }) => capture === id)).length;

  return {
    page_matches: matches,
    answer_page: ({ capture, earlier, answer }) =>
      step(`${library.capture(capture).name} ${answer === 'separate' ? 'is a page of its own' : `shows ${library.capture(earlier).name}`}`, () => {
        state().pageAnswers.push({ capture, earlier, answer });
        state().sources = state().sources.filter((source) => source.capture !== capture);
        if (answer === 'separate') return;
        let held = versionOf(earlier);
        if (!held) {
          held = { capture: earlier, page: library.id('page'), version: 1 };
          state().sources.push(held);
        }
        const { page } = held;
        const newest = Math.max(...state().sources.filter((source) => source.page === page).map(({ version }) => version));
        state().sources.push({ capture, page, version: answer === 'new_version' ? newest + 1 : held.version });
      }),
    list_pages: () => {
      const pages = [...new Set(state().sources.map(({ page }) => page))];
      return pages.map((id) => {
        const held = state().sources.filter(({ page }) => page === id).sort((left, right) => left.version - right.version);
        const captures = held.map(({ capture, version }) => ({ capture, version, at: library.capture(capture).added_at }));
        return { id, title: library.capture(held[0]?.capture ?? '').name, captures };
      });
    },
    page_difference: ({ id }) => difference(id),
    capture_fields: ({ id }) => state().fields.filter(({ capture }) => capture === id).map(({ field, value, basis }) => ({ field, value, basis })),
    set_capture_field: ({ capture, field, value }) => {
      const given = value.trim();
      if (field === 'captured_at' && given !== '' && Number.isNaN(Date.parse(given))) {
        throw new HostError('not_a_time', `"${given}" is not a time. Nothing was changed. Give a date such as 2026-11-21.`);
      }
      const what = fieldWords[field] ?? 'field';
      const { name } = library.capture(capture);
      return step(given === '' ? `Removed the ${what} of ${name}` : `Gave the ${what} of ${name}`, () => {
        state().fields = state().fields.filter((each) => each.capture !== capture || each.field !== field);
        if (given !== '') state().fields.push({ capture, field, value: given, basis: 'given' });
      });
    },
    trash_captures: ({ ids }) =>
      step(`Threw away ${count(ids.length)}`, () => {
        const deletedAt = library.now();
        ids.forEach((id) => state().trash.push({ capture: library.capture(id).id, deletedAt, purged: false }));
      }),
    restore_captures: ({ ids }) =>
      step(`Took back ${count(ids.length)}`, () => (state().trash = state().trash.filter(({ capture, purged }) => purged || !ids.includes(capture)))),
    list_trash: () =>
      state()
        .trash.filter(({ purged }) => !purged)
        .map(({ capture, deletedAt }) => ({ capture: library.capture(capture), deleted_at: deletedAt, days_left: 30, claims: claimsOn(capture) }))
        .reverse(),
    empty_trash: () => {
      const due = state().trash.filter(({ capture, purged }) => !purged && claimsOn(capture) === 0);
      due.forEach((each) => (each.purged = true));
      const gone = due.map(({ capture }) => capture);
      library.rewrite((truth) => {
        truth.trash = [...truth.trash.filter(({ capture }) => !gone.includes(capture)), ...structuredClone(due)];
      });
      changed();
      return { captures: due.length };
    },
    list_backups: () => backups,
    backup_contents: ({ number }) => {
      const { truth, captures, steps } = held.get(number) ?? { truth: library.truthAt('2026-11-03'), captures: 2, steps: 0 };
      return {
        captures,
        tools: truth.tools.length,
        claims: truth.claims.filter(({ recorded_to }) => recorded_to === null).length,
        made_at: null,
        last_step: null,
        steps_since: library.history().length - steps,
        captures_since: state().captures.length - captures,
      };
    },
    go_back: ({ number }) => {
      const { truth } = held.get(number) ?? { truth: library.truthAt('2026-11-03') };
      makeBackup('before-going-back');
      library.become(truth);
      changed();
      return { kept: backups[0]?.path ?? '', captures_kept: 0, removed_again: 0, notices: [] };
    },
    verify: () => [],
    backup: () => ({ path: makeBackup('by-hand').path }),
  };
}
