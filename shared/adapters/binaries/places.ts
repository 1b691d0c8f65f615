import { join } from 'node:path';
import type { Tool } from './tools.ts';

export interface ToolPlace {
  path: string;
  origin: 'CHROMIUM_PATH' | 'installed' | 'unpacked package' | 'download';
}

export interface PlaceFacts {
  path: string;
  cacheDir: string;
  /** Programs of Playwright's own builds that are on disk, newest first. */
  playwrightPrograms: readonly string[];
}

// A plain user's PATH on Debian lacks /usr/sbin, and a service's lacks Homebrew.
const USUAL_FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/opt/homebrew/bin'];

export const unpackedFolder = (cacheDir: string, tool: Tool) => join(cacheDir, 'debian', tool.debian.package);
export const unpackedLauncher = (cacheDir: string, tool: Tool) => join(cacheDir, 'debian', 'bin', tool.name);
export const releaseProgram = (cacheDir: string, tool: Tool) => join(cacheDir, 'release', tool.name);

/** Where a tool may already be, in the order of preference. */
export const placesToLook = (tool: Tool, { path, cacheDir, playwrightPrograms }: PlaceFacts): ToolPlace[] => {
  const folders = [...new Set([...path.split(':'), ...USUAL_FOLDERS])].filter((folder) =>
    folder.startsWith('/'),
  );
  const onPath = tool.commands.flatMap((command) => folders.map((folder) => join(folder, command)));
  return [
    // The programs first: ending a start script leaves the program that it started.
    ...tool.installed.map((file): ToolPlace => ({ path: file, origin: 'installed' })),
    ...onPath.map((file): ToolPlace => ({ path: file, origin: 'installed' })),
    { path: unpackedLauncher(cacheDir, tool), origin: 'unpacked package' },
    { path: releaseProgram(cacheDir, tool), origin: 'download' },
    ...playwrightPrograms.map((file): ToolPlace => ({ path: file, origin: 'download' })),
  ];
};
