import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFfmpeg } from '../../../services/runner/browser/evidence/ffmpeg.ts';
import { needs } from '../machine.ts';

export const ENCODERS = ['a stand-in', 'ffmpeg'] as const;

export interface KnownEncoder extends AsyncDisposable {
  folder: string;
  /** Named as it is looked for on a PATH. */
  path: string;
  /** How what it writes begins, in hex. */
  magic: string;
  /** Pids, in the order in which they were started. */
  pids(): Promise<number[]>;
}

/** The machine's ffmpeg, or a script that stores the pictures that it is given. Its processes differ from those of others. */
export async function makeKnownEncoder(kind: (typeof ENCODERS)[number]): Promise<KnownEncoder> {
  if (kind === 'ffmpeg') await needs('ffmpeg');
  const folder = await mkdtemp(join(tmpdir(), 'ghostly-test-encoder-'));
  const [path, pidFile] = [join(folder, 'ffmpeg'), join(folder, 'pids')];
  // Its version is asked for before its first video.
  const asked = '[ "$1" = -version ] && exit';
  const encode =
    kind === 'ffmpeg'
      ? `exec '${await findFfmpeg(process.env.PATH)}' "$@"`
      : 'for file; do :; done\nexec cat > "$file"';
  await writeFile(path, `#!/bin/sh\n${asked}\necho $$ >> '${pidFile}'\n${encode}\n`, { mode: 0o755 });
  return {
    folder,
    path,
    magic: kind === 'ffmpeg' ? '1a45dfa3' : 'ffd8ff',
    pids: async () => (await readFile(pidFile, 'utf8')).trim().split('\n').map(Number),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}
