import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { Metafile } from 'esbuild';
import { type AppFolders, buildApp } from './app.ts';

export interface Bundle {
  /** The files by their names below the folder that is served; index.html comes last. */
  files: Map<string, Uint8Array>;
  /** The names of the scripts that are loaded with the page; the others come on demand. */
  first: readonly string[];
  metafile: Metafile;
}

/**
 * The application as files for a browser: scripts, a style and an icon, each named for its content, and beside each the
 * same compressed (`.br`, `.gz`).
 */
export async function bundle(places: AppFolders): Promise<Bundle> {
  const { files: built, first, style, metafile } = await buildApp(places);
  const icon = readFileSync(join(places.app, 'icon.svg'));
  const iconName = `assets/icon-${createHash('sha256').update(icon).digest('hex').slice(0, 12)}.svg`;
  const files = new Map<string, Uint8Array>();
  for (const [name, content] of [...built, [iconName, icon] as const].toSorted(([a], [b]) =>
    a < b ? -1 : 1,
  )) {
    files.set(name, content);
    files.set(`${name}.br`, brotliCompressSync(content));
    files.set(`${name}.gz`, gzipSync(content, { level: 9 }));
  }
  const [script, ...imported] = first;
  const preloads = imported.map((name) => `<link rel="modulepreload" href="/${name}" />`);
  const html = readFileSync(join(places.app, 'index.html'), 'utf8')
    .replace('{{script}}', `/${script}`)
    .replace('{{style}}', `/${style}`)
    .replace('{{icon}}', `/${iconName}`)
    .replace('{{preloads}}', preloads.join('\n    '));
  files.set('index.html', new TextEncoder().encode(html));
  return { files, first, metafile };
}
