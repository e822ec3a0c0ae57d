/** Where the window is: `#/screen/parameter/…`. The address is the only state of navigation. */
import type { Route } from '../routes';

export class Router {
  #hash = $state(location.hash);

  constructor(readonly routes: readonly [Route, ...Route[]]) {
    addEventListener('hashchange', () => (this.#hash = location.hash));
  }

  get #parts(): string[] {
    return this.#hash.replace(/^#\/?/, '').split('/').filter(Boolean).map(decode);
  }

  get route(): Route {
    const [first] = this.#parts;
    return this.routes.find((route) => route.id === first) ?? this.routes[0];
  }

  get parameters(): string[] {
    return this.#parts.slice(1);
  }

  go(...parts: string[]): void {
    location.hash = address(...parts);
  }

  /** Like `go`, without a step to go back to. */
  replace(...parts: string[]): void {
    history.replaceState(null, '', address(...parts));
    this.#hash = location.hash;
  }
}

export function address(...parts: string[]): string {
  return `#/${parts.map(encodeURIComponent).join('/')}`;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
