/** Throwing a capture away: one step that can be undone, from wherever it is shown. */
import type { CaptureView } from '../../host/types';
import type { App } from '../../state/app.svelte';

/** Answers with whether it was done. */
export async function throwAway(app: App, capture: CaptureView): Promise<boolean> {
  const said = `${capture.name} is in the trash for 30 days. Claims that rest on it stay.`;
  return (await app.step('trash_captures', { ids: [capture.id] }, said)) !== undefined;
}
