import { readFileSync, statSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { join, resolve } from 'node:path';
import { RecentMap } from '#shared/platform/async/recent-map.ts';

const PLACE = /(?:file:\/\/)?(\/[^\s()]+)\/([\w.-]+\.js):(\d+):(\d+)/g;
/** What comes after the message, which may have lines of its own. */
const FRAMES = /\n {4}at [\s\S]*$/;

/** An outage logs the same few stacks again and again, and a map takes tens of ms to read. */
const known = new RecentMap<string, string>({ most: 200 });

/**
 * The stack with the places in the sources instead of those in the bundle. Reads the maps only now, as Node would take
 * longer for them at each start than for all of the rest.
 */
export function sourceStack(stack: string): string {
  return stack.replace(FRAMES, (frames) => known.getOrSet(frames, () => inSources(frames)));
}

function inSources(frames: string): string {
  const maps = new Map<string, SourceMap | undefined>();
  return frames.replace(PLACE, (place, folder: string, script: string, line: string, column: string) => {
    // All scripts of the bundle are beside this one.
    if (folder !== import.meta.dirname) return place;
    if (!maps.has(script)) maps.set(script, mapOf(script));
    const entry = maps.get(script)?.findEntry(Number(line) - 1, Number(column) - 1);
    if (!entry || !('originalSource' in entry)) return place;
    const path = resolve(import.meta.dirname, entry.originalSource);
    return `${path}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  });
}

/** Most files of a bundle are: what has this name is what this process runs. */
const IS_NAMED_FOR_CONTENT = /-[0-9A-Z]{8}\.js$/;

/** One that is newer than this process may be of another build. */
function mapOf(script: string): SourceMap | undefined {
  const path = join(import.meta.dirname, `${script}.map`);
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats && (stats.mtimeMs < performance.timeOrigin || IS_NAMED_FOR_CONTENT.test(script))
    ? new SourceMap(JSON.parse(readFileSync(path, 'utf8')) as SourceMapPayload)
    : undefined;
}
