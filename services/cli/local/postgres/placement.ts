import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, cp, lchown, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { ServerCommand } from '../process/server-process.ts';
import { findPostgresBinaries, postgresProgram } from './binaries.ts';
import { inNamespace, namespacesWork } from './namespace.ts';
import { copyBinaries, DATABASE_OUTSIDE, dataOutside, giveTo, isReachable, plainUser } from './outside.ts';
import { chooseStrategy, type PostgresStrategy } from './strategy.ts';

/** Where PostgreSQL's data is, and how its programs are run there by a user that it accepts. */
export interface PostgresPlacement {
  strategy: PostgresStrategy;
  dataDir: string;
  command(program: 'postgres' | 'initdb', args: readonly string[]): ServerCommand;
  /** Makes a folder that only the user of the programs can read. */
  makeFolder(path: string): Promise<void>;
  /** Lets the user of the programs read a file that we wrote. */
  hand(path: string): Promise<void>;
}

export interface PlacementOptions {
  dataDir: string;
  /** Forces a strategy; detected by default. */
  strategy?: PostgresStrategy;
  /** Base folder of the `copy` strategy. */
  outside?: string;
}

const isRoot = () => process.getuid?.() === 0;
const isCluster = (dataDir: string) => existsSync(join(dataDir, 'PG_VERSION'));

/** Left in the folder that was asked for once the `copy` strategy had to put its data outside. */
const markerIn = (dataDir: string) => join(dataDir, 'data-is-outside');

/** Where the data of `dataDir` really is. */
export const realDataDir = ({ dataDir, outside = DATABASE_OUTSIDE }: PlacementOptions): string =>
  isRoot() && existsSync(markerIn(dataDir)) ? dataOutside(resolve(dataDir), outside) : resolve(dataDir);

const placeOutside = async (wanted: string, outside: string): Promise<string> => {
  const elsewhere = dataOutside(wanted, outside);
  await mkdir(dirname(elsewhere), { recursive: true, mode: 0o755 });
  if (existsSync(markerIn(wanted))) return elsewhere;
  // Data of an earlier folder of this name, which was removed to start over: set aside, not reused.
  if (existsSync(elsewhere)) await rename(elsewhere, `${elsewhere}.${randomBytes(4).toString('hex')}`);
  if (isCluster(wanted)) {
    // Made in place while user namespaces were allowed; the original stays as it is.
    await cp(wanted, elsewhere, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
    await chmod(elsewhere, 0o700);
  }
  await mkdir(wanted, { recursive: true, mode: 0o700 });
  await writeFile(markerIn(wanted), `${elsewhere}\n`, { mode: 0o600 });
  return elsewhere;
};

const inPlace = (strategy: 'direct' | 'namespace', dataDir: string, root: string): PostgresPlacement => ({
  strategy,
  dataDir,
  command: (program, args) => {
    const path = postgresProgram(root, program);
    return strategy === 'namespace' ? inNamespace(path, args) : { command: path, args };
  },
  makeFolder: async (path) => {
    await mkdir(path, { recursive: true, mode: 0o700 });
  },
  hand: async () => {},
});

const fromCopy = async (wanted: string, outside: string): Promise<PostgresPlacement> => {
  const user = plainUser();
  const root = await copyBinaries(findPostgresBinaries(), outside);
  const isOutside = existsSync(markerIn(wanted)) || !isReachable(wanted);
  const dataDir = isOutside ? await placeOutside(wanted, outside) : wanted;
  await mkdir(dirname(dataDir), { recursive: true, mode: 0o755 });
  if (isCluster(dataDir)) await giveTo(dataDir, user);
  return {
    strategy: 'copy',
    dataDir,
    command: (program, args) => ({ command: postgresProgram(root, program), args, ...user }),
    makeFolder: async (path) => {
      await mkdir(path, { recursive: true, mode: 0o700 });
      await lchown(path, user.uid, user.gid);
    },
    hand: (path) => lchown(path, user.uid, user.gid),
  };
};

/** Decides how to run PostgreSQL here and prepares it. @throws LocalError if there are no binaries */
export const placePostgres = async (options: PlacementOptions): Promise<PostgresPlacement> => {
  const { outside = DATABASE_OUTSIDE } = options;
  const dataDir = resolve(options.dataDir);
  const { root } = findPostgresBinaries();
  const strategy =
    options.strategy ??
    chooseStrategy({
      isRoot: isRoot(),
      hasDataOutside: existsSync(markerIn(dataDir)),
      namespacesWork: isRoot() && namespacesWork(postgresProgram(root, 'postgres')),
    });
  return strategy === 'copy' ? fromCopy(dataDir, outside) : inPlace(strategy, dataDir, root);
};

/** Where a cluster is made, to be moved to its place when it is complete. */
export const unfinishedOf = (dataDir: string): string => join(dirname(dataDir), `.${basename(dataDir)}.new`);

/** Removes a stopped server's data, wherever it was placed, and what an interrupted start has made of it. */
export const removePostgresData = async (options: PlacementOptions): Promise<void> => {
  const dataDir = realDataDir(options);
  for (const folder of [unfinishedOf(dataDir), dataDir, options.dataDir])
    await rm(folder, { recursive: true, force: true });
};
