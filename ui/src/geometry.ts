/** Boxes in picture pixels, as in crates/domain. */
import type { EvidenceLine, PixelBox } from './host/types';

/** The smallest box that holds all lines; `null` for none. */
export function hull(lines: readonly EvidenceLine[]): PixelBox | null {
  if (lines.length === 0) return null;
  const x = Math.min(...lines.map(({ bounds }) => bounds.x));
  const y = Math.min(...lines.map(({ bounds }) => bounds.y));
  const right = Math.max(...lines.map(({ bounds }) => bounds.x + bounds.width));
  const bottom = Math.max(...lines.map(({ bounds }) => bounds.y + bounds.height));
  return { x, y, width: right - x, height: bottom - y };
}

/** Grown on each side and clipped to the picture. */
export function padded(box: PixelBox, margin: number, width: number, height: number): PixelBox {
  const x = Math.max(0, box.x - margin);
  const y = Math.max(0, box.y - margin);
  const right = Math.min(width, box.x + box.width + margin);
  const bottom = Math.min(height, box.y + box.height + margin);
  return { x, y, width: Math.max(1, right - x), height: Math.max(1, bottom - y) };
}
