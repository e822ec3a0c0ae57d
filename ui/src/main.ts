import './tokens.css';
import './app.css';
import { mount } from 'svelte';
import App from './App.svelte';
import type { Host } from './host/types';

async function chooseHost(): Promise<Host> {
  if ('__TAURI_INTERNALS__' in window) return (await import('./host/tauri')).tauriHost();
  const { memoryHost } = await import('./host/memory');
  return memoryHost({ empty: new URLSearchParams(location.search).has('empty') });
}

const target = document.getElementById('app');
if (target) void chooseHost().then((host) => mount(App, { target, props: { host } }));
