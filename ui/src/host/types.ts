/**
 * The one door between the window and the core.
 *
 * Invariant: pages talk to the core only through a `Host`; pictures are addressed by hash, never by path.
 */
import type { AppEvent, Commands, PixelBox } from './bindings';

export type * from './bindings';

export type CommandName = keyof Commands;
export type Request<K extends CommandName> = Commands[K]['request'];
export type Response<K extends CommandName> = Commands[K]['response'];

export interface Host {
  /** Rejects with a `HostError`. */
  call<K extends CommandName>(command: K, request: Request<K>): Promise<Response<K>>;
  /** The listener hears every event from now on. */
  subscribe(listener: (event: AppEvent) => void): void;
  /** Address of a capture's pixels: all of them, or only those of `crop`, at most `maxWidth` wide. */
  pictureUrl(sha256: string, crop?: PixelBox, maxWidth?: number): string;
}

/** What a failed command says: a code for the program, a sentence for the person. */
export class HostError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'HostError';
  }

  /** Anything thrown, as an error with a code and a sentence. */
  static from(thrown: unknown): HostError {
    if (thrown instanceof HostError) return thrown;
    if (typeof thrown === 'object' && thrown !== null && 'code' in thrown && 'message' in thrown) {
      return new HostError(String(thrown.code), String(thrown.message));
    }
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return new HostError('internal', `The window could not do this (${message}). Nothing was changed. Try it again.`);
  }
}

/** A request without fields. */
export const nothing = {} as Request<'app_status'>;
