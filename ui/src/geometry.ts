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

/** A box as one part of an address. */
export function boxAddress({ x, y, width, height }: PixelBox): string {
  return [x, y, width, height].join('-');
}

/** The box that such a part names; `null` where it names none. */
export function boxOf(part: string): PixelBox | null {
  const numbers = part.split('-').map(Number);
  const [x, y, width, height] = numbers;
  if (numbers.length !== 4 || numbers.some((number) => !Number.isSafeInteger(number) || number < 0)) return null;
  return { x: x ?? 0, y: y ?? 0, width: width ?? 0, height: height ?? 0 };
}

/** Whether the middle of a box lies inside a region. */
export function holdsMiddle(region: PixelBox, box: PixelBox): boolean {
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  return x >= region.x && x < region.x + region.width && y >= region.y && y < region.y + region.height;
}

/** Whether two boxes share a pixel. */
export function touch(one: PixelBox, other: PixelBox): boolean {
  return one.x < other.x + other.width && other.x < one.x + one.width && one.y < other.y + other.height && other.y < one.y + one.height;
}
