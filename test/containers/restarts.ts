import type { Compose } from './compose.ts';
import type { Load } from './load.ts';
import { passed } from './outcomes.ts';

export const SERVICES = ['supervisor', 'runner', 'gateway', 'nats', 'postgres'] as const;

/** A restart in the way of `docker compose restart`: SIGTERM, the time to stop, a start. Every run passes. */
export async function restart(compose: Compose, load: Load, service: string): Promise<string> {
  const runs = await load.during(() => compose.run(['restart', service]));
  return passed(runs);
}

/** Its runs start again, since their flows ask for it (`onRunnerLoss`), once the lease is over. */
export async function killRunner(compose: Compose, load: Load): Promise<string> {
  const runs = await load.during(async () => {
    await compose.run(['kill', '--signal', 'SIGKILL', 'runner']);
    await compose.run(['up', '--detach', '--no-build', '--no-deps', 'runner']);
  });
  const all = passed(runs);
  const again = runs.filter(({ attempt = 1 }) => attempt > 1).length;
  return `${all}; ${again} of them in a second attempt`;
}
