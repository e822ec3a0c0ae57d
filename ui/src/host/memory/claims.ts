/**
 * Single claims of the library in memory: their story, locks, contradictions, the past; and proposals put elsewhere.
 *
 * Invariant: for tests and for looking at the window in a browser only. A claim that loses becomes history.
 */
import { holdsMiddle } from '../../geometry';
import { HostError, nothing, type ChangeSet, type Claim, type EvidenceLine, type PixelBox, type Request, type Response, type Value } from '../types';
import type { MemoryLibrary } from './library';
import { nameKey } from './truth';
import { properties } from './vocabulary';

type Names =
  | 'claim_history' | 'tools_as_of' | 'tool_as_of' | 'contradictions' | 'settle' | 'retire' | 'lock_claim' | 'lock_property'
  | 'move_operations' | 'read_region' | 'cancel_region' | 'add_proposal';
type Handlers = { [K in Names]: (request: Request<K>) => Response<K> };

export function memoryClaims(library: MemoryLibrary, changed: () => void): Handlers {
  const state = () => library.state;

  function step(description: string, change: () => void): typeof nothing {
    library.edit(description, change);
    changed();
    return nothing;
  }

  const label = (property: string) => properties.find(({ id }) => id === property)?.label ?? property;
  const close = (claim: Claim, at: string) => Object.assign(claim, { recorded_to: at, status: 'superseded' as const });

  function current(id: string): Claim {
    const claim = library.find(state().claims, id, 'claim');
    if (claim.recorded_to !== null) throw new HostError('unknown', 'This claim is history already. Nothing was changed. Load the page again.');
    return claim;
  }

  /** The place of the target tool of that name; it is added where there is none. */
  function target(set: ChangeSet, name: string): number {
    const key = nameKey(name);
    if (key === '') throw new HostError('empty_name', 'A tool needs a name. Nothing was changed. Type one.');
    const place = set.tools.findIndex((tool) => nameKey(tool.name) === key);
    if (place >= 0) return place;
    set.tools.push({ name: name.trim(), existing: library.toolNamed(name)?.id ?? null });
    return set.tools.length - 1;
  }

  function reviewed(set: ChangeSet): ChangeSet {
    library.refreshKinds(set);
    set.revision += 1;
    changed();
    return set;
  }

  function within(capture: string, region: PixelBox): EvidenceLine[] {
    const drawing = library.drawings.get(library.capture(capture).sha256);
    return (drawing?.lines ?? []).filter(({ bounds }) => holdsMiddle(region, bounds));
  }

  return {
    claim_history: ({ id }) => {
      const versions: Claim[] = [library.find(state().claims, id, 'claim')];
      for (let first = versions[0]; first?.supersedes; first = versions[0]) {
        versions.unshift(library.find(state().claims, first.supersedes, 'claim'));
      }
      for (;;) {
        const next = state().claims.find(({ supersedes }) => supersedes === versions.at(-1)?.id);
        if (!next) break;
        versions.push(next);
      }
      const sightings = versions.flatMap((claim) =>
        claim.evidence.map((evidence) => ({
          claim: claim.id,
          at: library.capture(evidence.capture).added_at,
          page_version: state().sources.find(({ capture }) => capture === evidence.capture)?.version ?? null,
          evidence,
        })),
      );
      return { versions, sightings: sightings.sort((left, right) => left.at.localeCompare(right.at)), notes: library.notesOn(versions) };
    },
    tools_as_of: ({ at }) => {
      const { tools, claims } = library.truthAt(at);
      return tools.map(({ id, name }) => ({ id, name, claims: claims.filter((claim) => claim.tool === id && claim.recorded_to === null).length }));
    },
    tool_as_of: ({ tool, at }) => {
      const then = library.truthAt(at);
      const held = then.tools.find(({ id }) => id === tool);
      if (!held) throw new HostError('unknown', 'The library held no such tool at that time. Nothing was changed.');
      const place = (claim: Claim) => properties.findIndex(({ id }) => id === claim.property);
      const claims = then.claims.filter((claim) => claim.tool === tool && claim.recorded_to === null);
      return { id: tool, name: held.name, claims: claims.sort((left, right) => place(left) - place(right)) };
    },
    contradictions: () =>
      state().tools.flatMap(({ id, name }) =>
        library.openContradictions(id).map((contradiction) => ({
          name,
          contradiction,
          claims: library.currentOf(id).filter((claim) => contradiction.claims.includes(claim.id)),
        })),
      ),
    settle: ({ tool, key, chosen, note }) => {
      const { name } = library.toolOf(tool);
      const found = library.openContradictions(tool).find((each) => each.key === key);
      if (!found) throw new HostError('unknown', 'This contradiction is not open any more. Nothing was changed.');
      return step(`${chosen === null ? 'Explained two values' : 'Chose a value'} of ${found.property} of ${name}`, () => {
        const at = library.now();
        if (chosen !== null) found.claims.filter((id) => id !== chosen).forEach((id) => close(current(id), at));
        state().settlements.push({ id: library.id('settlement'), tool, property: found.property, key, chosen, note, at });
      });
    },
    retire: ({ id }) => step(`Retired a claim (${label(current(id).property)})`, () => void close(current(id), library.now())),
    lock_claim: ({ claim, locked }) =>
      step(`${locked ? 'Locked' : 'Unlocked'} a claim (${label(current(claim).property)})`, () => void (current(claim).locked = locked)),
    lock_property: ({ tool, property, locked }) =>
      step(`${locked ? 'Locked' : 'Unlocked'} ${label(property)} of ${library.toolOf(tool).name}`, () => {
        state().locks = state().locks.filter((lock) => lock.tool !== tool || lock.property !== property);
        if (locked) state().locks.push({ tool, property });
      }),
    move_operations: ({ change_set, revision, operations, to }) => {
      const set = library.fresh(change_set, revision);
      const moved = operations.map((id) => library.find(set.operations, id, 'proposal'));
      if (to.type === 'property') moved.forEach(({ proposal }) => (proposal.property = to.property));
      else {
        const place = to.type === 'tool' ? to.tool : target(set, to.name);
        moved.forEach((operation) => (operation.tool = place));
      }
      return reviewed(set);
    },
    read_region: ({ capture, region }) => {
      const evidence = within(capture, region);
      const text = evidence.map((line) => line.text).join(' ');
      return { first: text, again: text, evidence, enlarged: 1, reader: 'text reader 1', seconds: 0.4 };
    },
    cancel_region: () => nothing,
    add_proposal: ({ change_set, revision, tool, property, speaker, region, words }) => {
      const set = library.fresh(change_set, revision);
      const inside = within(set.capture, region);
      if (inside.length === 0) {
        throw new HostError(
          'nothing_read_there',
          'No text was read in this region. Nothing was changed. Draw it around the words, or type the value by editing a proposal.',
        );
      }
      const raw = inside.map(({ text }) => text).join(' ');
      set.operations.push({
        id: library.id('operation'),
        tool: target(set, tool),
        kind: { type: 'add' },
        proposal: {
          property,
          value: typed(property, raw),
          raw_text: raw,
          speaker,
          confidence: 1,
          status: 'needs_review',
          reasons: words === 'again' ? ['drawn_by_hand', 'read_again'] : ['drawn_by_hand'],
          evidence: inside,
          matched: 'exact',
          opinions: [],
        },
        decision: 'pending',
        edited_text: null,
        reason: null,
      });
      return reviewed(set);
    },
  };
}

function typed(property: string, text: string): Value {
  const number = /[\d.]+/.exec(text)?.[0];
  const datatype = properties.find(({ id }) => id === property)?.datatype;
  if (datatype === 'percent') {
    if (number === undefined) throw new HostError('invalid_edit', `"${text}" holds no percentage between 0 and 100. Nothing was changed.`);
    return { type: 'percent', percent: Number(number) };
  }
  if (datatype !== 'money') return { type: 'text', text };
  const currency = text.includes('€') ? 'EUR' : text.includes('$') ? 'USD' : null;
  const amount = /free/i.test(text) ? 0 : number === undefined ? null : Number(number);
  return { type: 'money', amount, currency, period: amount ? 'month' : null, plan: null, per_seat: false, qualifier: null };
}
