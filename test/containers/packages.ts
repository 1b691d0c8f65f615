import { existsSync } from 'node:fs';
import { command } from './command.ts';

/** Programs, and the packages of Debian that bring them. */
const NEEDED = {
  podman: '/usr/bin/podman',
  buildah: '/usr/bin/buildah',
  // crun refuses machines with both versions of cgroups.
  runc: '/usr/sbin/runc',
  netavark: '/usr/lib/podman/netavark',
  'aardvark-dns': '/usr/lib/podman/aardvark-dns',
  nftables: '/usr/sbin/nft',
  mmdebstrap: '/usr/bin/mmdebstrap',
  'docker-compose': '/usr/bin/docker-compose',
};

/** Installs what is missing. @throws if this is not root, or not Debian */
export async function installPackages(signal: AbortSignal): Promise<void> {
  if (process.getuid?.() !== 0) throw new Error('run it as root: it installs packages and makes networks');
  const missing = Object.entries(NEEDED)
    .filter(([, program]) => !existsSync(program))
    .map(([name]) => name);
  if (missing.length === 0) return;
  const options = { env: { DEBIAN_FRONTEND: 'noninteractive' }, signal };
  await command('apt-get', ['update'], options);
  await command('apt-get', ['install', '-y', '--no-install-recommends', ...missing], options);
}
