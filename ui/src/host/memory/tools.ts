/**
 * Names, relations and marks of the tools in memory, and two tools made one and parted again.
 *
 * Invariant: for tests and for looking at the window in a browser only. Every change is one step of the library.
 */
import { displayValue } from '../../format';
import { HostError, nothing, type RelationKind, type Request, type Response, type SameToolView } from '../types';
import { fits, groundLabels, likenessOf } from './judging';
import type { MemoryLibrary } from './library';
import { fold, nameKey, type HeldAlias, type HeldTool } from './truth';
import { properties } from './vocabulary';

type Names =
  | 'find_tools' | 'same_tools' | 'same_tools_for' | 'call_different' | 'rename_tool' | 'add_alias' | 'remove_alias' | 'set_vendor'
  | 'relate' | 'remove_relation' | 'merge_tools' | 'part_tools' | 'take_out' | 'terms' | 'mark_tools' | 'merge_terms' | 'get_note' | 'set_note'
  | 'saved_searches' | 'save_search' | 'run_search' | 'remove_search';
type Handlers = { [K in Names]: (request: Request<K>) => Response<K> };

const relationWords: Record<RelationKind, string> = {
  competitor: 'competes with',
  alternative: 'is an alternative to',
  part_of: 'is part of',
  built_on: 'is built on',
  edition_of: 'is an edition of',
  version_of: 'is a version of',
  renamed_to: 'was renamed to',
  acquired_by: 'was acquired by',
  mentioned_with: 'is mentioned with',
};

const wordsOf = (number: number, one: string) => `${number} ${number === 1 ? one : `${one}s`}`;

export function memoryTools(library: MemoryLibrary, changed: () => void): Handlers {
  const state = () => library.state;

  function step<T>(description: string, change: () => T): T {
    const answer = library.edit(description, change);
    changed();
    return answer;
  }

  function checked(name: string): string {
    if (nameKey(name) === '') throw new HostError('empty_name', 'A tool needs a name. Nothing was changed. Type one.');
    return name.trim();
  }

  function free(name: string, except: string | null): void {
    const holder = library.toolNamed(name);
    if (holder && holder.id !== except) {
      throw new HostError('name_taken', `"${name}" is a name of ${holder.name} already. Nothing was changed. Make the two one, or choose another name.`);
    }
  }

  function views(pairs: [HeldTool | null, string, HeldTool, string][]): SameToolView[] {
    const known = (one: string, other: string) =>
      state().different.some((pair) => [pair, [...pair].reverse()].some(([left, right]) => left === nameKey(one) && right === nameKey(other)));
    return pairs
      .flatMap(([tool, name, other, otherName]) => {
        const likeness = known(name, otherName) ? null : likenessOf(name, otherName);
        if (!likeness) return [];
        const reasons = likeness.grounds.map((ground) => groundLabels[ground] ?? ground);
        return [{ pair: { tool: tool?.id ?? '', other: other.id, names: [name, otherName] as [string, string], likeness }, reasons }];
      })
      .sort((left, right) => right.pair.likeness.score - left.pair.likeness.score);
  }

  function termOf(scheme: 'category' | 'tag', label: string) {
    const key = fold(label);
    return state().terms.find((term) => term.scheme === scheme && [term.label, ...term.synonyms].some((each) => fold(each) === key));
  }

  const alias = (tool: string, name: string, kind: HeldAlias['kind']): HeldAlias => ({ id: library.id('alias'), tool, name, kind });

  return {
    find_tools: ({ query }) =>
      library.tools().filter((tool) => fits(tool, query, library.currentOf(tool.id).map(({ value }) => displayValue(value)).join(' '))),
    same_tools: () =>
      views(state().tools.flatMap((tool, place) => state().tools.slice(place + 1).map((other): [HeldTool, string, HeldTool, string] => [tool, tool.name, other, other.name]))),
    same_tools_for: ({ name }) => (library.toolNamed(name) ? [] : views(state().tools.map((other) => [null, name, other, other.name]))),
    call_different: ({ name, other }) => {
      step(`${name} and ${other} are different tools`, () => state().different.push([nameKey(name), nameKey(other)]));
      return nothing;
    },
    rename_tool: ({ tool, name }) => {
      const held = library.toolOf(tool);
      const next = checked(name);
      free(next, tool);
      step(`Renamed ${held.name} to ${next}`, () => {
        state().aliases = state().aliases.filter((each) => nameKey(each.name) !== nameKey(next));
        if (nameKey(held.name) !== nameKey(next)) state().aliases.push(alias(tool, held.name, 'former'));
        library.toolOf(tool).name = next;
      });
      return nothing;
    },
    add_alias: ({ tool, name, kind }) => {
      const { name: own } = library.toolOf(tool);
      const next = checked(name);
      free(next, null);
      step(`${own} is also called ${next}`, () => state().aliases.push(alias(tool, next, kind)));
      return nothing;
    },
    remove_alias: ({ id }) => {
      const held = library.find(state().aliases, id, 'alias');
      step(`Removed the alias ${held.name}`, () => (state().aliases = state().aliases.filter((each) => each.id !== id)));
      return nothing;
    },
    set_vendor: ({ tool, vendor }) => {
      const { name } = library.toolOf(tool);
      const next = vendor.trim();
      step(next === '' ? `Removed the vendor of ${name}` : `${name} is made by ${next}`, () => (library.toolOf(tool).vendor = next === '' ? null : next));
      return nothing;
    },
    relate: ({ tool, kind, other, note }) => {
      const [near, far] = [library.toolOf(tool), library.toolOf(other)];
      if (tool === other) throw new HostError('same_tool', 'These are one and the same tool. Nothing was changed. Choose two different tools.');
      step(`${near.name} ${relationWords[kind]} ${far.name}`, () => state().relations.push({ id: library.id('relation'), tool, kind, other, note }));
      return nothing;
    },
    remove_relation: ({ id }) => {
      library.find(state().relations, id, 'relation');
      step('Removed a relation', () => (state().relations = state().relations.filter((each) => each.id !== id)));
      return nothing;
    },
    merge_tools: ({ kept, absorbed, choices }) => {
      const [into, from] = [library.toolOf(kept), library.toolOf(absorbed)];
      if (kept === absorbed) throw new HostError('same_tool', 'These are one and the same tool. Nothing was changed. Choose two different tools.');
      return step(`Made ${from.name} part of ${into.name}`, () => {
        const at = library.now();
        const { claims, aliases, relations, links, locks, notes } = structuredClone(state());
        const close = (claim: (typeof claims)[number]) => Object.assign(claim, { recorded_to: at, status: 'superseded' as const });
        const own = library.currentOf(kept);
        for (const claim of state().claims.filter(({ tool }) => tool === absorbed)) {
          claim.tool = kept;
          if (claim.recorded_to !== null) continue;
          const rivals = own.filter(({ property }) => property === claim.property);
          const equal = rivals.find((held) => held.speaker === claim.speaker && fold(displayValue(held.value)) === fold(displayValue(claim.value)));
          const choice = choices[claim.property] ?? (claim.property === 'name' ? 'kept' : 'both');
          if (equal) {
            equal.evidence.push(...claim.evidence);
            close(claim);
          } else if (choice === 'kept' && rivals.length > 0) close(claim);
          else if (choice === 'absorbed') rivals.forEach(close);
          else if (properties.find(({ id }) => id === claim.property)?.cardinality === 'one') {
            const rival = rivals.find(({ speaker }) => speaker === claim.speaker);
            if (rival) [claim, rival].forEach((each) => (each.status = 'disputed'));
          }
        }
        const move = (tool: string) => (tool === absorbed ? kept : tool);
        state().aliases.forEach((each) => (each.tool = move(each.tool)));
        state().relations.forEach((each) => Object.assign(each, { tool: move(each.tool), other: move(each.other) }));
        state().relations = state().relations.filter(({ tool, other }) => tool !== other);
        state().links.forEach((each) => (each.tool = move(each.tool)));
        state().locks.forEach((each) => (each.tool = move(each.tool)));
        const bothNotes = state().notes.filter(({ kind, target }) => kind === 'tool' && (target === kept || target === absorbed));
        state().notes = state().notes.filter((each) => !bothNotes.includes(each));
        if (bothNotes.length > 0) state().notes.push({ kind: 'tool', target: kept, text: bothNotes.map(({ text }) => text).join('\n\n') });
        if (into.vendor === null) library.toolOf(kept).vendor = from.vendor;
        state().tools = state().tools.filter(({ id }) => id !== absorbed);
        const ownAlias = alias(kept, from.name, 'name');
        state().aliases.push(ownAlias);
        const id = library.id('merge');
        state().merges.push({ id, tool: kept, at, absorbed: { ...from }, ownAlias: ownAlias.id, before: { claims, aliases, relations, links, locks, notes } });
        return { id };
      });
    },
    part_tools: ({ id }) => {
      const { tool, absorbed, before, ownAlias } = library.find(state().merges, id, 'merge of tools');
      const { name } = library.toolOf(tool);
      return step(`Parted ${absorbed.name} from ${name}`, () => {
        const its = before.claims.filter((claim) => claim.tool === absorbed.id || claim.tool === tool);
        for (const then of its) {
          const now = state().claims.find((claim) => claim.id === then.id);
          if (!now) continue;
          now.tool = then.tool;
          if (now.status === 'superseded' || now.status === 'disputed') Object.assign(now, { recorded_to: then.recorded_to, status: then.status });
          now.evidence = now.evidence.filter((each) => !before.claims.some((other) => other.tool === absorbed.id && now.tool === tool && other.evidence.some((held) => held.capture === each.capture && held.quote === each.quote)));
        }
        state().tools.push({ ...absorbed });
        state().aliases = state().aliases.filter((each) => each.id !== ownAlias);
        for (const then of before.aliases.filter((each) => each.tool === absorbed.id)) {
          const now = state().aliases.find((each) => each.id === then.id);
          if (now) now.tool = absorbed.id;
        }
        const back = <T extends { tool: string }>(rows: T[]) => rows.filter((row) => row.tool === absorbed.id);
        state().relations = [...state().relations.filter((each) => !before.relations.some((then) => then.id === each.id)), ...before.relations];
        state().links.push(...back(before.links));
        state().locks.push(...back(before.locks));
        state().merges = state().merges.filter((each) => each.id !== id);
        state().different.push([nameKey(name), nameKey(absorbed.name)]);
        return { id: absorbed.id };
      });
    },
    take_out: ({ tool, name, claims }) => {
      const { name: own } = library.toolOf(tool);
      const next = checked(name);
      free(next, null);
      const held = library.currentOf(tool);
      if (claims.length === 0 || held.every(({ id }) => claims.includes(id))) {
        throw new HostError('nothing_left', 'One of the two tools would be left without claims. Nothing was changed. Choose some claims, not all of them.');
      }
      return step(`Took ${next} with ${wordsOf(claims.length, 'claim')} out of ${own}`, () => {
        const id = library.id('tool');
        state().tools.push({ id, name: next, vendor: null });
        const line = [...claims];
        for (const claim of line) {
          const found = library.find(state().claims, claim, 'claim');
          found.tool = id;
          if (found.supersedes !== null) line.push(found.supersedes);
        }
        state().different.push([nameKey(own), nameKey(next)]);
        return { id };
      });
    },
    terms: ({ scheme }) =>
      state()
        .terms.filter((term) => term.scheme === scheme)
        .map(({ id, label, synonyms }) => ({ id, label, synonyms, tools: state().links.filter(({ term }) => term === id).length }))
        .sort((left, right) => left.label.localeCompare(right.label)),
    mark_tools: ({ tools, scheme, label, marked }) => {
      if (label.trim() === '') throw new HostError('empty_name', 'A tag needs a name. Nothing was changed. Type one.');
      step(`${marked ? 'Marked' : 'Unmarked'} ${wordsOf(tools.length, 'tool')} as ${label.trim()}`, () => {
        let term = termOf(scheme, label);
        if (!term) {
          term = { id: library.id('term'), scheme, label: label.trim(), synonyms: [] };
          state().terms.push(term);
        }
        const { id } = term;
        state().links = state().links.filter((link) => link.term !== id || !tools.includes(link.tool));
        if (marked) state().links.push(...tools.map((tool) => ({ term: id, tool })));
      });
      return nothing;
    },
    merge_terms: ({ term, other }) => {
      const [own, its] = [library.find(state().terms, term, 'term'), library.find(state().terms, other, 'term')];
      if (term === other) throw new HostError('same_term', 'These are one and the same term. Nothing was changed. Choose two different terms.');
      step(`${its.label} means ${own.label}`, () => {
        library.find(state().terms, term, 'term').synonyms.push(its.label, ...its.synonyms);
        state().terms = state().terms.filter(({ id }) => id !== other);
        const held = new Set(state().links.filter((link) => link.term === term).map(({ tool }) => tool));
        state().links = state().links.flatMap((link) => (link.term !== other ? [link] : held.has(link.tool) ? [] : [{ ...link, term }]));
      });
      return nothing;
    },
    get_note: ({ kind, target }) => library.noteOn(kind, target),
    set_note: ({ kind, target, text }) => {
      const note = text.trim();
      const on = kind === 'tool' ? library.toolOf(target).name : kind === 'capture' ? library.capture(target).name : 'a claim';
      step(note === '' ? `Removed the note on ${on}` : `Wrote a note on ${on}`, () => {
        state().notes = state().notes.filter((each) => each.kind !== kind || each.target !== target);
        if (note !== '') state().notes.push({ kind, target, text: note });
      });
      return nothing;
    },
    saved_searches: () => [...state().searches].sort((left, right) => left.name.localeCompare(right.name)),
    save_search: ({ name, query }) => {
      const next = name.trim();
      if (next === '') throw new HostError('empty_name', 'A search needs a name. Nothing was changed. Type one.');
      return step(`Saved the search ${next}`, () => {
        const held = state().searches.find((each) => each.name === next);
        if (held) held.query = query;
        const id = held?.id ?? library.id('search');
        if (!held) state().searches.push({ id, name: next, query });
        return { id };
      });
    },
    run_search: ({ id }) => {
      const search = library.find(state().searches, id, 'saved search');
      const shows = library.tools();
      const tools = shows.filter((tool) => fits(tool, search.query, library.currentOf(tool.id).map(({ value }) => displayValue(value)).join(' ')));
      const words = search.query.split(' ').filter((word) => !/[:<>]/.test(word)).join(' ');
      return { search, tools, hits: words ? library.search(words, 100) : [] };
    },
    remove_search: ({ id }) => {
      library.find(state().searches, id, 'saved search');
      step('Removed a saved search', () => (state().searches = state().searches.filter((each) => each.id !== id)));
      return nothing;
    },
  };
}
