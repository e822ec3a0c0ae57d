/**
 * The upkeep of the library in memory: the commands answer, so that the window can be looked at; rules stay in the core.
 *
 * Invariant: reads answer from the library in memory; what only the core can work out (likeness, contradictions) is empty.
 */
import { HostError, nothing, type CommandName, type Request, type Response } from '../types';
import type { MemoryLibrary } from './library';

type Handlers<K extends CommandName> = { [C in K]: (request: Request<C>) => Response<C> };

type Upkeep =
  | 'find_tools' | 'trash_captures' | 'restore_captures' | 'list_trash' | 'empty_trash' | 'list_backups' | 'page_matches' | 'answer_page' | 'list_pages' | 'page_difference' | 'claim_history' | 'tools_as_of' | 'tool_as_of'
  | 'same_tools' | 'same_tools_for' | 'call_different' | 'rename_tool' | 'add_alias' | 'remove_alias' | 'set_vendor'
  | 'relate' | 'remove_relation' | 'merge_tools' | 'part_tools' | 'take_out' | 'contradictions' | 'settle' | 'retire'
  | 'lock_claim' | 'lock_property' | 'move_operations' | 'add_proposal' | 'terms' | 'mark_tools' | 'merge_terms'
  | 'set_note' | 'saved_searches' | 'save_search' | 'remove_search' | 'capture_fields' | 'set_capture_field';

const notHere = (): never => {
  throw new HostError('not_here', 'The library in memory cannot do this. Nothing was changed. Use the desktop window.');
};

export function upkeep(library: MemoryLibrary): Handlers<Upkeep> {
  const searches: Response<'saved_searches'> = [];
  return {
    find_tools: ({ query }) => library.tools().filter((tool) => tool.name.toLowerCase().includes(query.toLowerCase())),
    trash_captures: notHere,
    restore_captures: notHere,
    list_trash: () => [],
    empty_trash: () => ({ captures: 0 }),
    list_backups: () => [],
    page_matches: () => [],
    answer_page: () => nothing,
    list_pages: () => [],
    page_difference: () => null,
    claim_history: ({ id }) => {
      const versions = library.state.claims.filter((claim) => claim.id === id || claim.supersedes === id);
      const sightings = versions.flatMap((claim) =>
        claim.evidence.map((evidence) => ({ claim: claim.id, at: claim.valid_from, page_version: null, evidence })),
      );
      return { versions, sightings };
    },
    tools_as_of: () => library.tools().map(({ id, name, claims }) => ({ id, name, claims })),
    tool_as_of: ({ tool }) => {
      const { id, name, claims } = library.tool(tool);
      return { id, name, claims };
    },
    same_tools: () => [],
    same_tools_for: () => [],
    call_different: () => nothing,
    rename_tool: notHere,
    add_alias: notHere,
    remove_alias: notHere,
    set_vendor: notHere,
    relate: notHere,
    remove_relation: notHere,
    merge_tools: notHere,
    part_tools: notHere,
    take_out: notHere,
    contradictions: () => [],
    settle: notHere,
    retire: notHere,
    lock_claim: notHere,
    lock_property: notHere,
    move_operations: notHere,
    add_proposal: notHere,
    terms: () => [],
    mark_tools: notHere,
    merge_terms: notHere,
    set_note: notHere,
    saved_searches: () => searches,
    save_search: ({ name, query }) => {
      searches.push({ id: `search-${searches.length + 1}`, name, query });
      return { id: `search-${searches.length}` };
    },
    remove_search: ({ id }) => {
      const place = searches.findIndex((search) => search.id === id);
      if (place >= 0) searches.splice(place, 1);
      return nothing;
    },
    capture_fields: () => [],
    set_capture_field: notHere,
  };
}
