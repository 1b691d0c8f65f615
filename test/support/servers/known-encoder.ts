import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFfmpeg } from '../../../services/runner/browser/evidence/ffmpeg.ts';

export interface KnownEncoder extends AsyncDisposable {
  folder: string;
  /** Named as it is looked for on a PATH. */
  path: string;
  /** Where no ffmpeg is installed, a script that stores what it is given stands in for it. */
  isReal: boolean;
  /** Pids, in the order in which they were started. */
  pids(): Promise<number[]>;
}

/** The machine's ffmpeg, whose processes differ from those of others. */
export async function makeKnownEncoder(): Promise<KnownEncoder> {
  const folder = await mkdtemp(join(tmpdir(), 'ghostly-test-encoder-'));
  const [path, pidFile] = [join(folder, 'ffmpeg'), join(folder, 'pids')];
  const real = await findFfmpeg(process.env.PATH);
  // Its version is asked for before its first video.
  const asked = '[ "$1" = -version ] && exit';
  const encode = real ? `exec '${real}' "$@"` : 'for file; do :; done\nexec cat > "$file"';
  await writeFile(path, `#!/bin/sh\n${asked}\necho $$ >> '${pidFile}'\n${encode}\n`, { mode: 0o755 });
  return {
    folder,
    path,
    isReal: real !== undefined,
    pids: async () => (await readFile(pidFile, 'utf8')).trim().split('\n').map(Number),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}
