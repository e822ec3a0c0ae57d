/**
 * Made-up screenshots as drawings: the same list of lines gives the picture and the boxes of its text.
 *
 * Invariant: a line is drawn exactly as wide as its box, so that evidence regions fit the pixels.
 */
import { touch } from '../../geometry';
import type { EvidenceLine, Line, PixelBox } from '../types';

interface Style {
  weight?: number;
  color?: string;
}

const widths: [RegExp, number][] = [
  [/[ilj.,;:'’|!]/, 0.27],
  [/[\sft()[\]-]/, 0.33],
  [/[mwMW@%]/, 0.86],
  [/[A-Z]/, 0.66],
  [/[0-9$€]/, 0.56],
];

function characterWidth(character: string): number {
  return widths.find(([pattern]) => pattern.test(character))?.[1] ?? 0.53;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

export class Drawing {
  readonly lines: EvidenceLine[] = [];
  #shapes: { svg: string; line?: EvidenceLine }[] = [];

  constructor(
    readonly width: number,
    readonly height: number,
    background = '#ffffff',
  ) {
    this.box(0, 0, width, height, background);
  }

  box(x: number, y: number, width: number, height: number, fill: string, radius = 0, stroke = 'none'): void {
    this.#shapes.push({
      svg: `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${radius}" fill="${fill}" stroke="${stroke}"/>`,
    });
  }

  /** One visual line with its baseline at `y`. */
  text(text: string, x: number, y: number, size: number, style: Style = {}): EvidenceLine {
    const { weight = 400, color = '#1c2330' } = style;
    const wider = weight >= 600 ? 1.06 : 1;
    const width = Math.round([...text].reduce((sum, each) => sum + characterWidth(each), 0) * size * wider);
    const bounds: PixelBox = { x, y: Math.round(y - size * 0.8), width, height: Math.round(size * 1.05) };
    const line = { text, bounds };
    this.#shapes.push({
      svg: `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" fill="${color}" textLength="${width}" lengthAdjust="spacingAndGlyphs">${escape(text)}</text>`,
      line,
    });
    this.lines.push(line);
    return line;
  }

  /** Several visual lines, one under the other. */
  paragraph(texts: string[], x: number, y: number, size: number, style: Style = {}): EvidenceLine[] {
    return texts.map((text, index) => this.text(text, x, y + Math.round(index * size * 1.5), size, style));
  }

  /** The same drawing with black boxes, and without the lines that they touch. */
  without(regions: readonly PixelBox[]): Drawing {
    const next = new Drawing(this.width, this.height);
    const hidden = (line: EvidenceLine) => regions.some((region) => touch(region, line.bounds));
    next.#shapes = this.#shapes.filter(({ line }) => !line || !hidden(line));
    next.lines.push(...this.lines.filter((line) => !hidden(line)));
    regions.forEach(({ x, y, width, height }) => next.box(x, y, width, height, '#000000'));
    return next;
  }

  url(crop?: PixelBox, maxWidth?: number): string {
    const view = crop ?? { x: 0, y: 0, width: this.width, height: this.height };
    const scale = maxWidth === undefined ? 1 : Math.min(1, maxWidth / view.width);
    const size = `width="${Math.round(view.width * scale)}" height="${Math.round(view.height * scale)}"`;
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" ${size} viewBox="${view.x} ${view.y} ${view.width} ${view.height}" font-family="Helvetica, Arial, sans-serif">${this.#shapes.map(({ svg: shape }) => shape).join('')}</svg>`;
    return `data:image/svg+xml,${encodeURIComponent(svg)}`;
  }

  reading(): Line[] {
    return this.lines.map(({ text, bounds }) => ({
      text,
      bounds,
      confidence: 0.97,
      characters: [...text].map(() => 0.97),
      words: [{ text, bounds, confidence: 0.97 }],
      font_height: bounds.height,
      foreground: [28, 35, 48],
      background: [255, 255, 255],
    }));
  }
}
