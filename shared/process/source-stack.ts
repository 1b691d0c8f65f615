import { existsSync, readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { join, resolve } from 'node:path';

const FRAME = /(?:file:\/\/)?(\/[^\s()]+)\/([\w.-]+\.js):(\d+):(\d+)/g;

/**
 * The stack with the places in the sources instead of those in the bundle. Reads the maps only now, as Node would take
 * longer for them at each start than for all of the rest.
 */
export function sourceStack(stack: string): string {
  const maps = new Map<string, SourceMap | undefined>();
  return stack.replace(FRAME, (frame, folder: string, script: string, line: string, column: string) => {
    // All scripts of the bundle are beside this one.
    if (folder !== import.meta.dirname) return frame;
    if (!maps.has(script)) maps.set(script, mapOf(script));
    const entry = maps.get(script)?.findEntry(Number(line) - 1, Number(column) - 1);
    if (!entry || !('originalSource' in entry)) return frame;
    const path = resolve(import.meta.dirname, entry.originalSource);
    return `${path}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  });
}

function mapOf(script: string): SourceMap | undefined {
  const path = join(import.meta.dirname, `${script}.map`);
  return existsSync(path)
    ? new SourceMap(JSON.parse(readFileSync(path, 'utf8')) as SourceMapPayload)
    : undefined;
}
