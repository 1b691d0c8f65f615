import type { Tool } from './tools.ts';

/** How a missing tool can be installed. */
export type WayToInstall = 'apt-install' | 'apt-unpack' | 'homebrew' | 'playwright' | 'release';

export interface WayFacts {
  isRoot: boolean;
  platform: NodeJS.Platform;
  arch: string;
  has: (command: string) => boolean;
}

const ARCHITECTURES = ['x64', 'arm64'];

/** The ways to try, best first; empty if there is none on this machine. */
export const waysToGet = (tool: Tool, { isRoot, platform, arch, has }: WayFacts): WayToInstall[] => {
  const ways: WayToInstall[] = [];
  const apt = platform === 'linux' && has('apt-get');
  if (apt && isRoot) ways.push('apt-install');
  if (apt && has('dpkg-deb')) ways.push('apt-unpack');
  // Homebrew refuses to run as root.
  if (tool.homebrew !== undefined && has('brew') && !isRoot) ways.push('homebrew');
  if (tool.playwright !== undefined) ways.push('playwright');
  else if (
    tool.released &&
    ARCHITECTURES.includes(arch) &&
    ['linux', 'darwin'].includes(platform) &&
    has('tar')
  )
    ways.push('release');
  return ways;
};
