import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium } from '#shared/binaries/binaries.ts';

/** A Chromium that says its version, and that starts, or gives pages, only while it is whole. For `CHROMIUM_PATH`. */
export async function makeBreakableChromium() {
  const { path: real, kind } = await findChromium({ env: process.env });
  const folder = await mkdtemp(join(tmpdir(), `ghostly-test-chromium-${process.pid}-`));
  const broken = join(folder, 'broken');
  const pageless = join(folder, 'pageless');
  const hang = join(folder, 'hang');
  const slow = join(folder, 'slow');
  const holdable = join(folder, 'holdable');
  const held = join(folder, 'held');
  const hold = join(folder, 'hold');
  const path = join(folder, kind === 'full' ? 'chromium' : 'chrome-headless-shell');
  const script = `#!/bin/sh
case "$*" in *--version*) exec '${real}' "$@";; esac
[ -e '${broken}' ] && exit 1
while [ -e '${slow}' ]; do sleep 0.1; done
[ -e '${pageless}' ] && exec '${real}' "$@" --renderer-cmd-prefix='${hang}'
[ -e '${holdable}' ] && exec '${real}' "$@" --renderer-cmd-prefix='${hold}'
exec '${real}' "$@"
`;
  await writeFile(hang, '#!/bin/sh\nexec sleep 600\n');
  await writeFile(hold, `#!/bin/sh\nwhile [ -e '${held}' ]; do sleep 0.1; done\nexec "$@"\n`);
  await writeFile(path, script);
  for (const program of [hang, hold, path]) await chmod(program, 0o755);
  return {
    path,
    /** It does not start. */
    break: () => writeFile(broken, ''),
    /** It starts, and its pages never come. */
    withholdPages: () => writeFile(pageless, ''),
    /** The pages of what starts from now on come only while they are not held. */
    canHoldPages: () => writeFile(holdable, ''),
    holdPages: () => writeFile(held, ''),
    /** It starts once it is mended. */
    holdStarts: () => writeFile(slow, ''),
    mend: () =>
      Promise.all([broken, pageless, slow, holdable, held].map((file) => rm(file, { force: true }))),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
