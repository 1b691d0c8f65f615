import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium } from '#shared/binaries/binaries.ts';

/** A Chromium that says its version, and that starts only while it is whole. For `CHROMIUM_PATH`. */
export async function makeBreakableChromium() {
  const { path: real, kind } = await findChromium({ env: process.env });
  const folder = await mkdtemp(join(tmpdir(), `ghostly-test-chromium-${process.pid}-`));
  const broken = join(folder, 'broken');
  const path = join(folder, kind === 'full' ? 'chromium' : 'chrome-headless-shell');
  const script = `#!/bin/sh
case "$*" in *--version*) exec '${real}' "$@";; esac
[ -e '${broken}' ] && exit 1
exec '${real}' "$@"
`;
  await writeFile(path, script);
  await chmod(path, 0o755);
  return {
    path,
    break: () => writeFile(broken, ''),
    mend: () => rm(broken, { force: true }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
