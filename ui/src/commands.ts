/**
 * Every command of the window once: shortcuts, palette and the help dialog read this list.
 *
 * Invariant: no shortcut fires in a text field or under a dialog, except those marked `inFields`.
 */
import type { App } from './state/app.svelte';
import { today } from './format';
import { nothing } from './host/types';
import { routes } from './routes';

export interface Command {
  id: string;
  title: string;
  group: 'General' | 'Go to' | 'Review' | 'Library';
  /** For example `j`, `ArrowDown`, `Shift+a`, `Mod+Enter`; Mod is Command on macOS and Ctrl elsewhere. */
  shortcuts: string[];
  inFields?: boolean;
  when?: (app: App) => boolean;
  run: (app: App) => unknown;
}

const reviewing = (app: App) => app.router.route.id === 'review' && app.review.current?.set != null;
const on = (id: string) => (app: App) => app.router.route.id === id;

const review = (
  id: string,
  title: string,
  shortcuts: string[],
  run: (controller: NonNullable<App['review']['current']>) => unknown,
): Command => ({
  id: `review.${id}`,
  title,
  group: 'Review',
  shortcuts,
  when: reviewing,
  run: (app) => app.review.current && run(app.review.current),
});

function focusSearch(app: App): void {
  if (app.router.route.id !== 'library') app.router.go('library');
  // The field exists after the screen has been drawn.
  setTimeout(() => document.querySelector<HTMLInputElement>('[data-testid="search"]')?.focus());
}

export const commands: Command[] = [
  { id: 'palette', title: 'Command palette', group: 'General', shortcuts: ['Mod+k'], inFields: true, run: (app) => (app.dialog = 'palette') },
  { id: 'add', title: 'Add images…', group: 'General', shortcuts: ['Mod+o'], run: (app) => app.addImages() },
  { id: 'paste', title: 'Paste an image', group: 'General', shortcuts: ['Mod+v'], run: (app) => app.paste() },
  { id: 'samples', title: 'Add the sample pages', group: 'General', shortcuts: [], run: (app) => app.addSamples() },
  { id: 'search', title: 'Search', group: 'General', shortcuts: ['Mod+f', '/'], inFields: true, run: focusSearch },
  { id: 'undo', title: 'Undo', group: 'General', shortcuts: ['Mod+z', 'z'], run: (app) => app.undo() },
  { id: 'redo', title: 'Redo', group: 'General', shortcuts: ['Mod+Shift+z', 'Mod+y'], run: (app) => app.redo() },
  { id: 'pause', title: 'Pause reading', group: 'General', shortcuts: [], run: (app) => app.run('pause_reading', nothing) },
  { id: 'resume', title: 'Resume reading', group: 'General', shortcuts: [], run: (app) => app.run('resume_reading', nothing) },
  { id: 'theme', title: 'Switch between system, light and dark', group: 'General', shortcuts: [], run: (app) => app.preferences.nextTheme() },
  { id: 'help', title: 'Keyboard shortcuts', group: 'General', shortcuts: ['?'], run: (app) => (app.dialog = 'help') },
  { id: 'about', title: 'About this library', group: 'General', shortcuts: [], run: (app) => (app.dialog = 'about') },
  ...routes
    .filter((route) => route.place !== null)
    .map((route): Command => ({
      id: `go.${route.id}`,
      title: route.title,
      group: 'Go to',
      shortcuts: [`Mod+${route.place ?? ''}`],
      run: (app) => app.router.go(route.id),
    })),
  review('next', 'Next proposal', ['j', 'ArrowDown'], (each) => each.move(1)),
  review('previous', 'Previous proposal', ['k', 'ArrowUp'], (each) => each.move(-1)),
  review('accept', 'Accept and go on', ['a'], (each) => each.decide('accepted')),
  review('reject', 'Reject and go on', ['x'], (each) => each.decide('rejected')),
  review('reason', 'Reject with a reason', ['Shift+x'], (each) => each.startReason()),
  review('edit', 'Edit the value', ['e'], (each) => each.startEdit()),
  review('clear', 'Clear the decision', ['u'], (each) => each.clear()),
  review('accept-verified', 'Accept all verified', ['Shift+a'], (each) => each.acceptVerified()),
  review('name', 'Name the tool', ['n'], (each) => each.nameTool()),
  review('move', 'Move to another tool or field', ['m'], (each) => each.startMove()),
  review('draw', 'Draw a region and read it', ['d'], (each) => each.startDrawing()),
  review('reread', 'Read the region of this proposal again', ['r'], (each) => each.rereadChosen()),
  review('merge', 'Merge what is accepted', ['Mod+Enter'], (each) => each.merge()),
  { id: 'past', title: 'Look back to a day', group: 'Library', shortcuts: [], run: (app) => app.router.go('library', 'as-of', today()) },
  { id: 'import', title: 'Import a table…', group: 'Library', shortcuts: [], run: (app) => app.importTable() },
  { id: 'vocabulary', title: 'Tags and categories', group: 'Library', shortcuts: [], run: (app) => app.router.go('vocabulary') },
  { id: 'watch', title: 'Watch a folder…', group: 'General', shortcuts: [], run: (app) => app.watchFolder() },
  { id: 'compare', title: 'Compare the ticked tools', group: 'Library', shortcuts: ['c'], when: on('library'), run: (app) => app.compareSelected() },
];

function pressed(event: KeyboardEvent): string {
  const { key } = event;
  const letter = key.length === 1 ? key.toLowerCase() : key;
  const printed = key.length === 1 && !/[a-z]/i.test(key);
  const parts = [event.ctrlKey || event.metaKey ? 'Mod' : '', event.altKey ? 'Alt' : '', event.shiftKey && !printed ? 'Shift' : '', letter];
  return parts.filter(Boolean).join('+');
}

function inField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'submit'].includes(target.type);
}

/** Runs the command of a key press, if there is one for where the window is. */
export function handleKey(event: KeyboardEvent, app: App): void {
  if (event.defaultPrevented || event.isComposing || app.dialog !== null || app.importing !== null) return;
  const shortcut = pressed(event);
  const single = !shortcut.startsWith('Mod+');
  const named = /^Arrow/.test(event.key);
  if (single && !named && !app.preferences.singleKeys) return;
  const field = inField(event.target);
  const command = commands.find(
    (each) =>
      each.shortcuts.includes(shortcut) && (!field || (each.inFields === true && !single)) && (each.when?.(app) ?? true),
  );
  if (!command) return;
  event.preventDefault();
  void command.run(app);
}
