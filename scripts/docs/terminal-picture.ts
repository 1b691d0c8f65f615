import { escapeXml } from './escape-xml.ts';

/** A piece of a line in one style. `column` counts from 0. */
export interface Span {
  column: number;
  text: string;
  bold: boolean;
  dim: boolean;
  colour: string | undefined;
}

const COLOURS: Record<number, string> = {
  31: '#ff7b72',
  32: '#3fb950',
  33: '#e3b341',
  34: '#79c0ff',
  35: '#d2a8ff',
  36: '#56d4dd',
};
const INK = '#e6edf3';
const DIM = '#8b949e';

const ESC = String.fromCharCode(27);
const PIECES = new RegExp(`${ESC}\\[(\\d+)m|([^${ESC}]+)`, 'g');

/** Splits a line with SGR codes into styled spans; runs of blanks part them, so that each column keeps its place. */
export function spansOf(line: string): Span[] {
  const spans: Span[] = [];
  let style: Pick<Span, 'bold' | 'dim' | 'colour'> = { bold: false, dim: false, colour: undefined };
  let column = 0;
  for (const [, code, text] of line.matchAll(PIECES)) {
    if (code !== undefined) style = styled(style, Number(code));
    for (const [part] of (text ?? '').matchAll(/ {2,}|(?:[^ ]| (?! ))+/g)) {
      if (part.trim() !== '') spans.push({ column: column + leading(part), text: part.trim(), ...style });
      column += [...part].length;
    }
  }
  return spans;
}

const leading = (text: string) => text.length - text.trimStart().length;

function styled(style: Pick<Span, 'bold' | 'dim' | 'colour'>, code: number) {
  if (code === 0) return { bold: false, dim: false, colour: undefined };
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, dim: true };
  if (code === 22) return { ...style, bold: false, dim: false };
  return { ...style, colour: COLOURS[code] };
}

const CELL = { width: 7.85, height: 20, size: 13 };
const PAD = { x: 22, top: 62, bottom: 22 };
const FONT =
  "ui-monospace, SFMono-Regular, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace";

/** A terminal window with these lines as SVG: text stays text, bars of block characters become shapes. */
export function terminalPicture(lines: readonly string[], title: string): string {
  const rows = lines.map(spansOf);
  const columns = Math.max(...rows.flat().map(({ column, text }) => column + [...text].length));
  // The lines have a margin of their own on the left only.
  const width = Math.ceil((columns + 2) * CELL.width + 2 * PAD.x);
  const height = PAD.top + rows.length * CELL.height + PAD.bottom;
  const body = rows.flatMap((spans, row) => spans.map((span) => draw(span, row))).join('\n');
  const dots = ['#ff5f57', '#febc2e', '#28c840'].map(
    (fill, index) => `<circle cx="${22 + index * 20}" cy="21" r="6" fill="${fill}"/>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeXml(title)}">
<style>text { font: ${CELL.size}px ${FONT}; white-space: pre; } .b { font-weight: 700; }</style>
<rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="12" fill="#0d1117" stroke="#30363d"/>
<path d="M.5 42V12.5a12 12 0 0 1 12-12h${width - 25}a12 12 0 0 1 12 12V42z" fill="#161b22" stroke="#30363d"/>
${dots.join('')}
<text x="${width / 2}" y="26" text-anchor="middle" fill="${DIM}">${escapeXml(title)}</text>
${body}
</svg>
`;
}

function draw({ column, text, bold, dim, colour }: Span, row: number): string {
  const x = PAD.x + column * CELL.width;
  const y = PAD.top + row * CELL.height;
  const fill = colour ?? (dim ? DIM : INK);
  if (/^[█▉▊▋▌▍▎▏]+$/.test(text)) {
    const cells = [...text].reduce((sum, block) => sum + (8 - '█▉▊▋▌▍▎▏'.indexOf(block)) / 8, 0);
    return `<rect x="${round(x)}" y="${y + 4}" width="${round(cells * CELL.width)}" height="11" rx="2" fill="${fill}"/>`;
  }
  return `<text x="${round(x)}" y="${y + 14}" fill="${fill}"${bold ? ' class="b"' : ''}>${escapeXml(text)}</text>`;
}

const round = (value: number) => Math.round(value * 100) / 100;
