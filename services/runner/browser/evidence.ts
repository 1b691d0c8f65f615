import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright';
import type { Redactor } from '#shared/flow/redact.ts';

/** Longest accessibility tree kept, in UTF-16 units; a longer one ends with a line that says so. */
export const LONGEST_A11Y = 200_000;

interface Call {
  signal: AbortSignal;
  timeout: number;
}

/** Saves what the viewport shows as `path` (relative to `artifactsDir`, with forward slashes). */
export async function saveScreenshot(
  page: Page,
  artifactsDir: string,
  path: string,
  call: Call,
): Promise<string> {
  const picture = await page.screenshot(call);
  call.signal.throwIfAborted();
  const file = join(artifactsDir, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, picture);
  return path;
}

/** The page's accessibility tree as Playwright's YAML, redacted, then cut: never the other way round. */
export async function readA11y(page: Page, redact: Redactor, call: Call): Promise<string> {
  const tree = await page.ariaSnapshot(call);
  const text = redact(tree, LONGEST_A11Y);
  return tree.length > LONGEST_A11Y ? `${text}\n# truncated: the tree has ${tree.length} characters` : text;
}
