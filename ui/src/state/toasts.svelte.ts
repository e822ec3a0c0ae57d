/** Short messages at the edge of the window; what they say can always be found elsewhere too. */
export interface ToastAction {
  label: string;
  run: () => void;
}

export interface ToastDetail {
  name: string;
  tone: 'good' | 'plain' | 'bad';
  text: string;
  href?: string;
  link?: string;
}

export interface Toast {
  id: number;
  tone: 'plain' | 'bad';
  text: string;
  action: ToastAction | null;
  details: ToastDetail[];
}

const longest = 4;
const briefly = 8_000;
const withAction = 20_000;

export class Toasts {
  list = $state.raw<Toast[]>([]);
  #next = 1;
  // Nobody watches the timers.
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  #timers = new Map<number, ReturnType<typeof setTimeout>>();

  show(text: string, options: Partial<Omit<Toast, 'id' | 'text'>> = {}): void {
    const toast: Toast = { id: this.#next, tone: 'plain', text, action: null, details: [], ...options };
    this.#next += 1;
    this.list.slice(0, Math.max(0, this.list.length + 1 - longest)).forEach(({ id }) => this.dismiss(id));
    this.list = [...this.list, toast];
    this.resume(toast.id);
  }

  dismiss(id: number): void {
    this.pause(id);
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  /** Keeps a toast while someone reads it. */
  pause(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }

  resume(id: number): void {
    const toast = this.list.find((each) => each.id === id);
    // Failures stay until they are dismissed: nobody may miss them.
    if (!toast || toast.tone === 'bad' || toast.details.some((detail) => detail.tone === 'bad')) return;
    this.pause(id);
    const time = toast.action || toast.details.length > 0 ? withAction : briefly;
    this.#timers.set(id, setTimeout(() => this.dismiss(id), time));
  }
}
