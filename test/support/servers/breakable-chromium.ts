import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium } from '#shared/adapters/binaries/binaries.ts';

/** A Chromium that says its version, and that starts, or gives pages, only while it is whole. For `CHROMIUM_PATH`. */
export async function makeBreakableChromium() {
  const { path: real, kind } = await findChromium({ env: process.env });
  const folder = await mkdtemp(join(tmpdir(), `ghostly-test-chromium-${process.pid}-`));
  const broken = join(folder, 'broken');
  const pageless = join(folder, 'pageless');
  const crashing = join(folder, 'crashing');
  const starts = join(folder, 'starts');
  const hang = join(folder, 'hang');
  const crash = join(folder, 'crash');
  const slow = join(folder, 'slow');
  const holdable = join(folder, 'holdable');
  const held = join(folder, 'held');
  const hold = join(folder, 'hold');
  const path = join(folder, kind === 'full' ? 'chromium' : 'chrome-headless-shell');
  const script = `#!/bin/sh
case "$*" in *--version*) exec '${real}' "$@";; esac
[ -e '${broken}' ] && exit 1
while [ -e '${slow}' ]; do sleep 0.1; done
echo started >> '${starts}'
[ -e '${crashing}' ] && exec '${real}' "$@" --renderer-cmd-prefix='${crash}'
[ -e '${pageless}' ] && exec '${real}' "$@" --renderer-cmd-prefix='${hang}'
[ -e '${holdable}' ] && exec '${real}' "$@" --renderer-cmd-prefix='${hold}'
exec '${real}' "$@"
`;
  await writeFile(hang, '#!/bin/sh\nexec sleep 600\n');
  await writeFile(crash, '#!/bin/sh\nkill -9 "$PPID"\n');
  await writeFile(hold, `#!/bin/sh\nwhile [ -e '${held}' ]; do sleep 0.1; done\nexec "$@"\n`);
  await writeFile(path, script);
  for (const program of [hang, crash, hold, path]) await chmod(program, 0o755);
  return {
    path,
    /** It does not start. */
    break: () => writeFile(broken, ''),
    /** It starts, and its pages never come. */
    withholdPages: () => writeFile(pageless, ''),
    /** It starts, and crashes when it is asked for a page. */
    crashWithPages: () => writeFile(crashing, ''),
    /** How often it has started. */
    starts: async () => (await readFile(starts, 'utf8')).trimEnd().split('\n').length,
    /** The pages of what starts from now on come only while they are not held. */
    canHoldPages: () => writeFile(holdable, ''),
    holdPages: () => writeFile(held, ''),
    /** It starts once it is mended. */
    holdStarts: () => writeFile(slow, ''),
    mend: () =>
      Promise.all(
        [broken, crashing, pageless, slow, holdable, held].map((file) => rm(file, { force: true })),
      ),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
