import './tokens.css';
import './app.css';
import { mount } from 'svelte';
import App from './App.svelte';
import type { Host } from './host/types';

async function chooseHost(): Promise<Host> {
  if ('__TAURI_INTERNALS__' in window) return (await import('./host/tauri')).tauriHost();
  const { memoryHost } = await import('./host/memory');
  const wanted = new URLSearchParams(location.search);
  const look = wanted.has('joined') ? 'joined' : wanted.has('no-model') ? 'no-model' : 'none';
  return memoryHost({ empty: wanted.has('empty'), more: wanted.has('more'), look });
}

const target = document.getElementById('app');
if (target) {
  chooseHost()
    .then((host) => mount(App, { target, props: { host } }))
    .catch((thrown: unknown) => {
      // Nothing of the window exists yet that could show it better.
      target.setAttribute('role', 'alert');
      target.textContent = `The window could not start (${String(thrown)}). Your library was not changed. Start the app again.`;
    });
}
