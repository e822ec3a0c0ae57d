/** What a person can do about an error, by its code. The sentence itself comes from the core. */
import type { App } from './app.svelte';
import type { ToastAction } from './toasts.svelte';

type Action = (app: App) => ToastAction;

const reload: Action = (app) => ({
  label: 'Load again',
  run: () => app.queries.invalidate(['captures', 'change_sets', 'tools', 'status']),
});

const actions: Record<string, Action> = {
  conflict: reload,
  stale: reload,
  not_found: reload,
  unnamed_tool: (app) => ({ label: 'Name the tool', run: () => app.review.current?.nameTool() }),
  clipboard_empty: (app) => ({ label: 'Add images…', run: () => void app.addImages() }),
  damaged: (app) => ({ label: 'Check library', run: () => (app.dialog = 'about') }),
};

export function actionFor(code: string, app: App): ToastAction | null {
  return actions[code]?.(app) ?? null;
}
