/* Shapes of SVG as text. */
import { escapeXml } from '../escape-xml.ts';
import type { Theme } from './theme.ts';

export const WIDTH = 880;

const FONT = "-apple-system, BlinkMacSystemFont, 'Segoe UI', 'Noto Sans', Helvetica, Arial, sans-serif";

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

interface TextStyle {
  size?: number;
  weight?: 400 | 600;
  anchor?: 'start' | 'middle' | 'end';
  /** The colour around its letters, where lines cross them. */
  halo?: string;
}

export const round = (value: number): number => Math.round(value * 100) / 100;

export const rect = ({ x, y, width, height }: Box, fill: string, radius = 3): string =>
  `<rect x="${round(x)}" y="${round(y)}" width="${round(Math.max(0, width))}" height="${round(height)}" rx="${radius}" fill="${fill}"/>`;

export const line = (points: readonly (readonly [number, number])[], stroke: string, width = 1): string =>
  `<polyline points="${points.map(([x, y]) => `${round(x)},${round(y)}`).join(' ')}" fill="none" stroke="${stroke}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"/>`;

export const dot = (x: number, y: number, fill: string, stroke: string): string =>
  `<circle cx="${round(x)}" cy="${round(y)}" r="4" fill="${fill}" stroke="${stroke}" stroke-width="1.5"/>`;

export const text = (
  words: string,
  x: number,
  y: number,
  fill: string,
  { size = 12, weight = 400, anchor = 'start', halo }: TextStyle = {},
): string =>
  `<text x="${round(x)}" y="${round(y)}" fill="${fill}" font-size="${size}" font-weight="${weight}" text-anchor="${anchor}"${halo ? ` paint-order="stroke" stroke="${halo}" stroke-width="3" stroke-linejoin="round"` : ''}>${escapeXml(words)}</text>`;

/** The width of a text in a browser, about. */
export const widthOf = (words: string, size = 12): number => words.length * size * 0.5;

/** A picture with its title; `shows` says in words what it shows, for screen readers. */
export function picture(
  { title, subtitle, shows, height }: { title: string; subtitle: string; shows: string; height: number },
  theme: Theme,
  body: string[],
): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeXml(shows)}">
<style>text { font-family: ${FONT}; font-variant-numeric: tabular-nums; }</style>
<rect x=".5" y=".5" width="${WIDTH - 1}" height="${height - 1}" rx="10" fill="${theme.page}" stroke="${theme.edge}"/>
${text(title, 24, 34, theme.ink, { size: 16, weight: 600 })}
${text(subtitle, 24, 54, theme.muted)}
${body.join('\n')}
</svg>
`;
}

/** About `count` round numbers from 0 up to `most`. */
export function ticksTo(most: number, count: number): number[] {
  const rough = most / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough)!;
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => round(index * step));
}
