import { settlesWithin } from '../async/settles-within.ts';

/** What has to be within reach, by name: true if it is. */
export type DependencyChecks = Readonly<Record<string, () => Promise<boolean>>>;

/** How long a dependency may take to answer before it counts as missing, ms. */
const CHECK_MS = 1_000;

/** The names of the checks that fail, reject, or take longer than a second. */
export async function missingOf(checks: DependencyChecks): Promise<string[]> {
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => ({ name, reached: await reached(check) })),
  );
  return results.filter(({ reached }) => !reached).map(({ name }) => name);
}

async function reached(check: () => Promise<boolean>): Promise<boolean> {
  const checking = check().catch(() => false);
  return (await settlesWithin(checking, CHECK_MS)) && checking;
}
