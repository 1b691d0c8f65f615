/*
 * What tests need of a machine that not each has. A test that calls `needs()`, also by a `beforeEach`, is skipped where one of
 * them is missing; a file that calls it while it is loaded is skipped as a whole (vitest.config.ts: `runner`).
 * `scripts/test/needs-reporter.ts` tells at the end what was not tried, and knows no other reason to skip a test.
 */
import { spawnSync } from 'node:child_process';
import { lookup } from 'node:dns/promises';
import { accessSync, constants } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { delimiter, join } from 'node:path';
import { TestRunner, test } from 'vitest';
import {
  ensureKubectl,
  ensureMoto,
  ensurePgBouncer,
  ensurePromtool,
  findChromium,
  findFullChromium,
} from '#shared/adapters/binaries/binaries.ts';
import { isLocalError } from '#shared/adapters/binaries/errors.ts';
import { findTool } from '#shared/adapters/binaries/find.ts';
import { BINARY_TOOLS, type ToolName } from '#shared/adapters/binaries/tools.ts';
import { commandAs, findBrowserUser } from '../../services/runner/browser/chromium/browser-user.ts';
import { findFfmpeg } from '../../services/runner/browser/evidence/ffmpeg.ts';
import { findFaketime, getFaketime } from './fake-clock.ts';
import { fileEnded } from './file-hooks.ts';

interface Need {
  isThere(): unknown;
  /** Installs what tests may install without being asked to. */
  get?(): Promise<unknown>;
  how: string;
}

const addresses = () => Object.values(networkInterfaces()).flatMap((found) => found ?? []);
const isRoot = () => process.getuid?.() === 0;

const onPath = (command: string): boolean =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/** For the user that Chromium has: its sandbox is made of them. */
function namespacesWork(): boolean {
  const user = findBrowserUser(['true']);
  const [command = '', ...args] = [
    ...(user ? commandAs(user) : []),
    ...['unshare', '--user', '--map-root-user', '--net', 'true'],
  ];
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

const tool = (name: ToolName, ensure: typeof ensureMoto): Need => ({
  isThere: () => findTool(name, { env: process.env }),
  get: () => ensure({ env: process.env, say: () => undefined }),
  how: BINARY_TOOLS[name].missing,
});
const command = (name: string): Need => ({ isThere: () => onPath(name), how: `install ${name}` });

export const NEEDS = {
  'full Chromium': {
    isThere: () => findFullChromium({ env: process.env }),
    how: 'install it beside the headless shell (Debian: sudo apt-get install chromium; others: npx playwright install --with-deps chromium)',
  },
  ffmpeg: {
    isThere: () => findFfmpeg(process.env.PATH),
    how: 'install it (Debian and Ubuntu: sudo apt-get install ffmpeg; macOS: brew install ffmpeg)',
  },
  'a network': {
    isThere: () => addresses().some(({ family, internal }) => family === 'IPv4' && !internal),
    how: 'connect the machine to one: what it says to all goes over no loopback',
  },
  'a name server': {
    isThere: () =>
      lookup('no-such-name.invalid').then(
        () => false,
        ({ code }: NodeJS.ErrnoException) => code === 'ENOTFOUND',
      ),
    how: 'connect the machine to a network, whose name server knows which names there are not',
  },
  IPv6: {
    isThere: () => addresses().some(({ address }) => address === '::1'),
    how: 'give the loopback interface ::1 (sysctl net.ipv6.conf.lo.disable_ipv6=0)',
  },
  root: {
    isThere: () => isRoot() && findBrowserUser(['true']),
    how: 'run the tests as a root that may become another user',
  },
  'Chromium for any user': {
    isThere: async () => !isRoot() || findBrowserUser([(await findChromium({ env: process.env })).path]),
    how: 'root needs one outside of its home (Debian: apt-get install chromium-headless-shell)',
  },
  'user namespaces': {
    isThere: namespacesWork,
    how: 'let any user make them (sysctl kernel.unprivileged_userns_clone=1, kernel.apparmor_restrict_unprivileged_userns=0)',
  },
  libfaketime: {
    isThere: findFaketime,
    get: getFaketime,
    how: 'install it (Debian and Ubuntu: sudo apt-get install faketime)',
  },
  moto: tool('moto_server', ensureMoto),
  pgbouncer: tool('pgbouncer', ensurePgBouncer),
  promtool: tool('promtool', ensurePromtool),
  kubectl: tool('kubectl', ensureKubectl),
  bash: command('bash'),
  fish: command('fish'),
  git: command('git'),
  ip: command('ip'),
  openssl: command('openssl'),
  zsh: command('zsh'),
} satisfies Record<string, Need>;
export type NeedName = keyof typeof NEEDS;

declare module 'vitest' {
  interface TaskMeta {
    /** Why a test was skipped. */
    lacks?: NeedName[];
  }
}

class MachineLacks extends Error {
  override readonly name = 'MachineLacks';
  readonly lacks: NeedName[];

  constructor(lacks: NeedName[]) {
    super(`needs ${lacks.join(', ')}: call needs() in a test, or while its file is loaded`);
    this.lacks = lacks;
  }
}

/** By name; a worker asks once. */
const known = new Map<NeedName, Promise<boolean>>();

async function provide({ isThere, get }: Need): Promise<boolean> {
  if (await isThere()) return true;
  await get?.().catch((error: unknown) => {
    if (!isLocalError(error)) throw error;
  });
  return get !== undefined && Boolean(await isThere());
}

export async function has(name: NeedName): Promise<boolean> {
  const asked = known.get(name) ?? provide(NEEDS[name]);
  known.set(name, asked);
  return asked;
}

/** Skips the test that is under way if the machine lacks one of them, or the file that is being loaded. */
export async function needs(...names: NeedName[]): Promise<void> {
  const lacks: NeedName[] = [];
  for (const name of names) if (!(await has(name))) lacks.push(name);
  if (lacks.length === 0) return;
  const task = TestRunner.getCurrentTest();
  if (task === undefined) throw new MachineLacks(lacks);
  if (task.concurrent) throw new Error('which of concurrent tests needs it, cannot be told');
  task.meta.lacks = lacks;
  task.context.skip(`needs ${lacks.join(', ')}`);
}

/** Vitest's, for which a file that lacks something has one test, which is skipped. */
export default class MachineRunner extends TestRunner {
  override async importFile(path: string, source: 'collect' | 'setup'): Promise<unknown> {
    try {
      return await super.importFile(path, source);
    } catch (error) {
      if (!(error instanceof MachineLacks)) throw error;
      // What the file began before it asked; a file without a test that runs has no hooks.
      await fileEnded();
      TestRunner.getCurrentSuite().clear();
      test('the whole file', { skip: true, meta: { lacks: error.lacks } }, () => undefined);
      return undefined;
    }
  }
}
