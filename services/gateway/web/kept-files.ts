/*
 * The texts of a web app's folder, kept in memory as long as their files stay the same. Owns that memory, which is bounded
 * whatever the folder holds. A change of a file shows at the next request.
 */
import type { FileHandle } from 'node:fs/promises';
import { extname } from 'node:path';
import { RecentMap } from '#shared/platform/async/recent-map.ts';
import { openContained } from '#shared/platform/files/open-contained.ts';
import { type PublicText, publicText } from '../http/public-text.ts';
import { policyOf } from './policy.ts';

interface KeptText extends PublicText {
  /** Its Content-Security-Policy. */
  policy: string;
}

/** What of a file tells that it is another. */
interface Stamp {
  size: number;
  mtimeMs: number;
}

export interface KeptFiles {
  /** The text of a file that is open; undefined of what is no text, or too large. Closes nothing. */
  textOf(file: string, handle: FileHandle, stamp: Stamp): Promise<KeptText> | undefined;
}

/** Bytes of one text, and of all that are kept. */
const [LARGEST, MOST] = [4 * 1_048_576, 32 * 1_048_576];
const TEXTS = new Set('.html .htm .js .mjs .css .json .map .svg .txt .xml .webmanifest .wasm'.split(' '));
/** The ending of a file's twin that the build has compressed, `app.js.br` beside `app.js`. */
const TWINS = { br: '.br', gzip: '.gz' } as const;

export const tagOf = ({ size, mtimeMs }: Stamp): string =>
  `${size.toString(36)}-${Math.trunc(mtimeMs).toString(36)}`;

/** `linksFrom` is the origin to which requests for artifacts are redirected. */
export function createKeptFiles(folder: string, linksFrom: string | undefined): KeptFiles {
  const kept = new RecentMap<string, { tag: string; size: number; text: Promise<KeptText> }>({
    most: MOST,
    weigh: ({ size }) => size,
  });

  async function read(file: string, handle: FileHandle, tag: string): Promise<KeptText> {
    const [plain, br, gzip] = await Promise.all([
      handle.readFile(),
      readTwin(folder, `${file}${TWINS.br}`),
      readTwin(folder, `${file}${TWINS.gzip}`),
    ]);
    const policy = policyOf(isHtml(file) ? plain.toString() : undefined, linksFrom);
    return { ...publicText(plain, tag, { ...(br && { br }), ...(gzip && { gzip }) }), policy };
  }

  return {
    textOf(file, handle, stamp) {
      if (!TEXTS.has(extname(file).toLowerCase()) || stamp.size > LARGEST) return undefined;
      const tag = tagOf(stamp);
      const known = kept.get(file);
      if (known?.tag === tag) return known.text;
      const entry = { tag, size: stamp.size, text: read(file, handle, tag) };
      kept.set(file, entry);
      entry.text.catch(() => kept.delete(file, entry));
      return entry.text;
    },
  };
}

const isHtml = (file: string): boolean => /\.html?$/i.test(file);

async function readTwin(folder: string, file: string): Promise<Buffer | undefined> {
  const handle = await openContained(folder, file);
  if (!handle) return undefined;
  await using resources = new AsyncDisposableStack();
  resources.defer(() => handle.close());
  return (await handle.stat()).size > LARGEST ? undefined : await handle.readFile();
}
