/**
 * A table in memory: one that a person is said to have chosen, and what is entered from it.
 *
 * Invariant: for tests and for looking at the window in a browser only.
 */
import { HostError, type Claim, type CommandName, type Imported, type Request, type Response, type TablePreview } from '../types';
import type { MemoryLibrary } from './library';

type Names = Extract<CommandName, 'choose_table' | 'import_table'>;
type Handlers = { [K in Names]: (request: Request<K>) => Response<K> };

const header = ['Tool', 'Tagline', 'Licence', 'Our rating'];
const rows = [
  ['Tallowbox', 'Boxes for runs that must not meet', 'MIT', '4'],
  ['Quarrel', 'Reviews that argue back', '', '2'],
  ['', 'A tagline of nobody', '', ''],
];

export function memoryTable(library: MemoryLibrary, changed: () => void): Handlers {
  const columns: (string | null)[] = ['name', 'tagline', 'license', null];

  function enter(chosen: readonly (string | null)[], dry_run: boolean): Imported {
    const named = chosen.indexOf('name');
    if (named < 0) throw new HostError('not_a_table', 'Exactly one column has to be the name of the tool. Nothing was entered. Say which one.');
    const whole = rows.map((row, place) => ({ row, number: place + 2 })).filter(({ row }) => row[named] !== '');
    const values = whole.flatMap(({ row }) =>
      row.flatMap((text, place) => {
        const property = chosen[place];
        return text === '' || property == null ? [] : [{ name: row[named] ?? '', property, text }];
      }),
    );
    if (!dry_run) {
      library.edit(`Import of tools.csv (${values.length} claims)`, () => {
        for (const { name, property, text } of values) {
          const tool = library.toolNamed(name) ?? { id: library.id('tool'), name, vendor: null };
          if (!library.state.tools.includes(tool)) library.state.tools.push(tool);
          const at = library.now();
          const claim: Claim = {
            id: library.id('claim'),
            tool: tool.id,
            property,
            value: { type: 'text', text },
            raw_text: text,
            speaker: 'analyst',
            status: 'entered',
            confidence: null,
            evidence: [],
            valid_from: at,
            recorded_from: at,
            recorded_to: null,
            supersedes: null,
            locked: true,
            proposed_by: 'entered',
          };
          library.state.claims.push(claim);
        }
      });
      changed();
    }
    return {
      tools: whole.length,
      claims: values.length,
      known: 0,
      unknown_columns: header.filter((_, place) => chosen[place] === null),
      refused: { 4: ['The row names no tool.'] },
      dry_run,
    };
  }

  return {
    choose_table: (): TablePreview => ({
      id: 'table-1',
      name: 'tools.csv',
      encoding: 'utf8',
      delimiter: ',',
      rows: rows.length,
      columns: header.map((title, place) => ({ title, property: columns[place] ?? null, values: rows.filter((row) => row[place] !== '').length })),
      first_rows: rows,
      imported: enter(columns, true),
    }),
    import_table: ({ columns: chosen, dry_run }) => enter(chosen, dry_run),
  };
}
