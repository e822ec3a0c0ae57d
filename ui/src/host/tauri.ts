/**
 * The host inside the desktop window.
 *
 * Invariant: the only file that knows Tauri. It names no paths and holds no state.
 */
import { Channel, invoke } from '@tauri-apps/api/core';
import type { AppEvent } from './bindings';
import { HostError, type Host } from './types';

// WebView2 and Android map custom schemes to a host name; the others use the scheme itself.
const pictures = navigator.userAgent.includes('Windows') ? 'http://capture.localhost' : 'capture://localhost';

export function tauriHost(): Host {
  return {
    async call(command, request) {
      try {
        return await invoke('rpc', { command, request });
      } catch (thrown) {
        throw HostError.from(thrown);
      }
    },
    subscribe(listener) {
      const channel = new Channel<AppEvent>();
      channel.onmessage = listener;
      void invoke('subscribe', { channel }).catch((thrown: unknown) => {
        const { code, message } = HostError.from(thrown);
        listener({ type: 'problem', code, message });
      });
    },
    pictureUrl(sha256, crop, maxWidth) {
      const query: string[] = [];
      if (crop) query.push(`crop=${crop.x},${crop.y},${crop.width},${crop.height}`);
      if (maxWidth !== undefined) query.push(`width=${Math.round(maxWidth)}`);
      return `${pictures}/${sha256}${query.length > 0 ? `?${query.join('&')}` : ''}`;
    },
  };
}
