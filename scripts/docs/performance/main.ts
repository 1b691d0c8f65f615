/*
 * npm run docs:performance -- bench.json slots.json: the pictures of docs/performance.md, light and dark, made of
 * what `npm run bench` and `npm run bench:slots` wrote with `--json`. Either can be left out as `-`.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Report } from '../../../bench/figures.ts';
import type { Hops } from '../../../bench/hops.ts';
import { runPicture } from './run-picture.ts';
import { type SlotsCurve, slotsPicture } from './slots-picture.ts';
import { THEMES, type Theme } from './theme.ts';

const MEDIA = join(import.meta.dirname, '../../../docs/media');
const [benchFile, slotsFile] = process.argv.slice(2);
if (benchFile === undefined || slotsFile === undefined)
  throw new Error('usage: npm run docs:performance -- bench.json slots.json');

if (benchFile !== '-') {
  const report = await read<{ hops: Hops }>(benchFile);
  const raw = report.figures.find(({ what }) => what === 'POST → pass')!.beside;
  await draw('performance-run', (theme) =>
    runPicture({ measured: measuredOf(report), hops: report.details.hops, raw }, theme),
  );
}
if (slotsFile !== '-') {
  const report = await read<Pick<SlotsCurve, 'curve' | 'auto'>>(slotsFile);
  await draw('performance-slots', (theme) =>
    slotsPicture({ measured: measuredOf(report), ...report.details }, theme),
  );
}

async function read<Details>(file: string): Promise<Report & { details: Details }> {
  return JSON.parse(await readFile(file, 'utf8'));
}

function measuredOf({ at, cores, commit }: Report): string {
  return `${cores} cores, ${at.slice(0, 10)}, ${commit}`;
}

async function draw(name: string, pictureIn: (theme: Theme) => string): Promise<void> {
  for (const [theme, colours] of Object.entries(THEMES)) {
    const file = join(MEDIA, `${name}-${theme}.svg`);
    await writeFile(file, pictureIn(colours));
    console.log(`wrote ${file}`);
  }
}
