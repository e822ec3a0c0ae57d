/** Shortcuts as people know them; which command has which stands in commands.ts. */
const mac = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** A shortcut as people know it on this system. */
export function shortcutText(shortcut: string): string {
  const names: Record<string, string> = { ArrowDown: '↓', ArrowUp: '↑', Enter: mac ? '↩' : 'Enter', Mod: mac ? '⌘' : 'Ctrl', Shift: mac ? '⇧' : 'Shift' };
  const parts = shortcut.split('+').map((part) => names[part] ?? (part.length === 1 ? part.toUpperCase() : part));
  return parts.join(mac ? '' : '+');
}
