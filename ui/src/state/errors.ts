/** What a person can do about an error, by its code. The sentence itself comes from the core. */
import type { App } from './app.svelte';
import type { ToastAction } from './toasts.svelte';

type Action = (app: App) => ToastAction;

const reload: Action = (app) => ({
  label: 'Load again',
  run: () => app.queries.invalidate(['captures', 'change_sets', 'tools', 'status', 'packs']),
});

const check: Action = (app) => ({ label: 'Check library', run: () => (app.dialog = 'about') });

const actions: Record<string, Action> = {
  conflict: reload,
  stale: reload,
  unknown: reload,
  already_merged: reload,
  wrong_state: reload,
  tool_needs_name: (app) => ({ label: 'Name the tool', run: () => app.review.current?.nameTool() }),
  nothing_to_paste: (app) => ({ label: 'Add images…', run: () => void app.addImages() }),
  damaged: check,
  missing_file: check,
  offline: (app) => ({ label: 'Models', run: () => app.router.go('models') }),
};

export function actionFor(code: string, app: App): ToastAction | null {
  return actions[code]?.(app) ?? null;
}
