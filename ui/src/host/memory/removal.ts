/**
 * What is removed for good from the library in memory, and folders from which pictures are taken in.
 *
 * Invariant: for tests and for looking at the window in a browser only. What is removed does not come back with an
 * undone step.
 */
import { displayValue } from '../../format';
import { touch } from '../../geometry';
import { HostError, nothing, type PixelBox, type Redacted, type Request, type Response, type WatchedFolderView } from '../types';
import type { MemoryLibrary } from './library';

type Names = 'plan_redaction' | 'redact' | 'watched_folders' | 'choose_watched_folder' | 'pause_watch' | 'remove_watch';
type Handlers = { [K in Names]: (request: Request<K>) => Response<K> };

export function memoryRemoval(library: MemoryLibrary, changed: () => void): Handlers {
  const watched: WatchedFolderView[] = [];
  const folder = (id: string) => library.find(watched, id, 'watched folder');

  function plan(capture: string, regions: PixelBox[]): Redacted {
    const { sha256, change_set } = library.capture(capture);
    const drawing = library.drawings.get(sha256);
    if (!drawing || regions.length === 0) throw new HostError('nothing_to_redact', 'No part of the picture is marked. Nothing was changed. Draw a box first.');
    const lines = drawing.lines.filter(({ bounds }) => regions.some((region) => touch(region, bounds)));
    const hidden = (claim: { evidence: { capture: string; lines: { bounds: PixelBox }[] }[] }) =>
      claim.evidence.map((each) => each.capture === capture && each.lines.some(({ bounds }) => lines.some((line) => touch(line.bounds, bounds))));
    const touched = library.state.claims.map((claim) => ({ claim, lost: hidden(claim) })).filter(({ lost }) => lost.some(Boolean));
    const texts = lines.map(({ text }) => text);
    const others = library.captures.filter(({ id, sha256: other }) => id !== capture && library.drawings.get(other)?.lines.some(({ text }) => texts.includes(text)));
    const proposals = library.state.changeSets.find(({ id }) => id === change_set)?.operations ?? [];
    return {
      regions: [...regions, ...lines.map(({ bounds }) => bounds)],
      texts,
      claims: touched.filter(({ lost }) => lost.every(Boolean)).map(({ claim }) => claim.id),
      evidence: touched.filter(({ lost }) => !lost.every(Boolean)).flatMap(({ lost }) => lost.filter(Boolean)).length,
      proposals: proposals.filter(({ proposal }) => proposal.evidence.some(({ bounds }) => lines.some((line) => touch(line.bounds, bounds)))).length,
      also_on: others.map(({ id }) => id),
      older_copies: ['library-000002-20261110-daily.db'],
    };
  }

  return {
    plan_redaction: ({ capture, regions }) => plan(capture, regions),
    redact: ({ capture, regions }) => {
      const done = plan(capture, regions);
      const held = library.capture(capture);
      const drawing = library.drawings.get(held.sha256);
      if (!drawing) throw new HostError('missing_file', 'The picture is not there. Nothing was changed.');
      library.drawings.delete(held.sha256);
      held.sha256 = library.id('hash').replace('hash-', '').padStart(64, 'f');
      library.drawings.set(held.sha256, drawing.without(done.regions));
      const onCapture = (quote: string) => done.texts.some((text) => quote.includes(text));
      library.rewrite((truth) => {
        truth.claims = truth.claims.filter(({ id }) => !done.claims.includes(id));
        for (const claim of truth.claims) claim.evidence = claim.evidence.filter((each) => each.capture !== capture || !onCapture(each.quote));
      });
      const set = library.state.changeSets.find(({ id }) => id === held.change_set);
      if (set) {
        set.operations = set.operations.filter(({ proposal }) => !onCapture(proposal.raw_text) && !onCapture(displayValue(proposal.value)));
        set.revision += 1;
      }
      changed();
      return done;
    },
    watched_folders: () => watched,
    choose_watched_folder: () => {
      const id = library.id('folder');
      const failures = [{ file: 'notes.txt', code: 'not_an_image', message: 'notes.txt is a text, not an image. It was not added.', at: library.now() }];
      const added = { id, path: '~/Pictures/Screenshots', paused: false, added_at: library.now(), added: 0, failures, problem: null };
      watched.push(added);
      changed();
      return added;
    },
    pause_watch: ({ id, paused }) => {
      folder(id).paused = paused;
      changed();
      return nothing;
    },
    remove_watch: ({ id }) => {
      watched.splice(watched.indexOf(folder(id)), 1);
      changed();
      return nothing;
    },
  };
}
