import { readdirSync, readFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { viewerPolicyOf } from './viewer-policy.ts';

export interface ViewerFile {
  body: Buffer;
  type: string;
  policy: string;
}

const IN_PACKAGE = 'lib/vite/traceViewer';
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.webmanifest': 'application/manifest+json',
};

/** Playwright's viewer by the paths of its files; undefined if this installation has none. */
export function readViewerFiles(): ReadonlyMap<string, ViewerFile> | undefined {
  for (const folder of foldersOfPackage()) {
    const found = new Map<string, ViewerFile>();
    for (const entry of entriesOf(join(folder, IN_PACKAGE))) {
      const type = TYPES[extname(entry)];
      if (type === undefined) continue;
      const body = readFileSync(join(folder, IN_PACKAGE, entry));
      found.set(entry, {
        body,
        type,
        policy: viewerPolicyOf(extname(entry) === '.html' ? body.toString() : ''),
      });
    }
    if (found.has('index.html')) return found;
  }
  return undefined;
}

/** The package; in images, what of it stands beside the services. */
function foldersOfPackage(): string[] {
  const beside = join(import.meta.dirname, '..', 'playwright-core');
  try {
    const playwright = dirname(fileURLToPath(import.meta.resolve('playwright')));
    return [join(playwright, '..', 'playwright-core'), beside];
  } catch {
    return [beside];
  }
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch {
    return [];
  }
}
