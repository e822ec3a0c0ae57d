/**
 * What a library in memory holds and a step changes: the tables that undo restores and that a look at the past reads.
 *
 * Invariant: plain data, so that a step can keep a copy of all of it.
 */
import type { AliasKind, Basis, Claim, PageAnswer, RelationKind, SavedSearch, Scheme, Settlement } from '../types';

export interface HeldTool {
  id: string;
  name: string;
  vendor: string | null;
}

export interface HeldAlias {
  id: string;
  tool: string;
  name: string;
  kind: AliasKind;
}

/** A tool that was made part of another, with what is needed to part them. */
export interface HeldMerge {
  id: string;
  tool: string;
  at: string;
  absorbed: HeldTool;
  /** Rows as they were before, by table; they come back when the two are parted. */
  before: Pick<Truth, 'claims' | 'aliases' | 'relations' | 'links' | 'locks' | 'notes'>;
  ownAlias: string;
}

export interface Truth {
  tools: HeldTool[];
  claims: Claim[];
  aliases: HeldAlias[];
  relations: { id: string; tool: string; kind: RelationKind; other: string; note: string | null }[];
  merges: HeldMerge[];
  /** Pairs of folded names that mean two tools. */
  different: [string, string][];
  terms: { id: string; scheme: Scheme; label: string; synonyms: string[] }[];
  links: { term: string; tool: string }[];
  locks: { tool: string; property: string }[];
  settlements: (Settlement & { tool: string })[];
  notes: { kind: string; target: string; text: string }[];
  searches: SavedSearch[];
  trash: { capture: string; deletedAt: string; purged: boolean }[];
  fields: { capture: string; field: string; value: string; basis: Basis }[];
  /** Which page a capture shows, where it was captured more than once. */
  sources: { capture: string; page: string; version: number }[];
  pageAnswers: { capture: string; earlier: string; answer: PageAnswer }[];
}

export const emptyTruth = (): Truth => ({
  tools: [],
  claims: [],
  aliases: [],
  relations: [],
  merges: [],
  different: [],
  terms: [],
  links: [],
  locks: [],
  settlements: [],
  notes: [],
  searches: [],
  trash: [],
  fields: [],
  sources: [],
  pageAnswers: [],
});

/** Case, punctuation and blanks make no other name. */
export const nameKey = (text: string) => text.toLowerCase().replaceAll(/[\s\-_.·]+/g, ' ').trim();

export const fold = (text: string) => text.toLowerCase().replaceAll(/\s+/g, ' ').trim();
