/** Choices that concern only this window on this computer. */
export type Theme = 'system' | 'light' | 'dark';

const themes: readonly Theme[] = ['system', 'light', 'dark'];

function stored(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    // Storage may be switched off; then the choice lasts until the window closes.
    return null;
  }
}

function store(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // See above.
  }
}

export class Preferences {
  #theme = $state<Theme>(themes.find((theme) => theme === stored('theme')) ?? 'system');
  #singleKeys = $state(stored('single-keys') !== 'off');

  constructor() {
    this.#apply();
  }

  get theme(): Theme {
    return this.#theme;
  }

  set theme(theme: Theme) {
    this.#theme = theme;
    store('theme', theme);
    this.#apply();
  }

  nextTheme(): void {
    this.theme = themes[(themes.indexOf(this.#theme) + 1) % themes.length] ?? 'system';
  }

  /** Whether keys without Ctrl or Command do something; some people trigger them by accident. */
  get singleKeys(): boolean {
    return this.#singleKeys;
  }

  set singleKeys(on: boolean) {
    this.#singleKeys = on;
    store('single-keys', on ? 'on' : 'off');
  }

  #apply(): void {
    if (this.#theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = this.#theme;
  }
}
