/**
 * A region that is drawn on a capture, and its second reading.
 *
 * Invariant: the words of the first reading are shown until the answer is there; what is shown is what is proposed. An
 * answer that comes for a box which was changed meanwhile is dropped.
 */
import { HostError, type PixelBox, type RegionReading, type RegionWords } from '../../host/types';
import type { App } from '../../state/app.svelte';

export type Rereading = { type: 'none' } | { type: 'reading' } | { type: 'read'; reading: RegionReading } | { type: 'failed'; message: string };

export class DrawnRegion {
  box = $state.raw<PixelBox | null>(null);
  again = $state.raw<Rereading>({ type: 'none' });
  /** Whose words are shown. */
  words = $state<RegionWords>('first');
  #wishes = 0;
  #capture = '';

  constructor(readonly app: App) {}

  /** Another box: nothing was read in it yet. */
  draw(box: PixelBox): void {
    this.#forget();
    this.box = box;
  }

  clear(): void {
    this.#forget();
    this.box = null;
  }

  #forget(): void {
    const reading = this.again.type === 'reading';
    this.#wishes += 1;
    this.again = { type: 'none' };
    this.words = 'first';
    if (reading) void this.app.run('cancel_region', { id: this.#capture });
  }

  stop(): void {
    this.#forget();
    this.app.announce('Stopped. The first reading is shown.');
  }

  /** Has the region read again, unless that was done or is being done. */
  async read(capture: string): Promise<void> {
    const region = this.box;
    if (region === null || this.again.type === 'reading' || this.again.type === 'read') return;
    this.#capture = capture;
    const wish = (this.#wishes += 1);
    this.again = { type: 'reading' };
    let now: Rereading;
    try {
      now = { type: 'read', reading: await this.app.host.call('read_region', { capture, region }) };
    } catch (thrown) {
      now = { type: 'failed', message: HostError.from(thrown).message };
    }
    this.app.regions.delete(capture);
    if (wish !== this.#wishes) return;
    this.again = now;
    if (now.type === 'read' && now.reading.again !== '') this.words = 'again';
    this.app.announce(spoken(now));
  }
}

function spoken(now: Rereading): string {
  if (now.type === 'failed') return `${now.message} The first reading is shown.`;
  if (now.type !== 'read') return '';
  return now.reading.again === '' ? 'Read again: no words were found. The first reading is shown.' : `Read again: ${now.reading.again}`;
}
