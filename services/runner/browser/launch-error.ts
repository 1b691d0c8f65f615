import { stripVTControlCharacters } from 'node:util';
import { BrowserError } from './errors.ts';
import { oneLine } from './failure.ts';

export const launchError = (error: unknown) =>
  new BrowserError('browser_launch_failed', `Chromium did not start: ${whyNotStarted(error)}`, {
    cause: error,
  });

/** Chromium's own message, which Playwright puts somewhere below its first line. */
function whyNotStarted(error: unknown): string {
  const text = stripVTControlCharacters(error instanceof Error ? error.message : '');
  const said = [...text.matchAll(/\[err\] (.+)/g)].map((match) => match[1] as string);
  const line =
    said.find((part) => part.includes(':FATAL:')) ?? said.findLast((part) => !part.startsWith('#'));
  if (line !== undefined) return oneLine(line.replace(/^\[[^\]]*\] /, ''));
  const exit = /exitCode=(\w+), signal=(\w+)/.exec(text);
  return exit ? `it ended at once (exit code ${exit[1]}, signal ${exit[2]})` : oneLine(error);
}
