import type { RunDetail } from '#shared/api/client/index.ts';
import type { Compose } from './compose.ts';
import type { Before } from './images.ts';
import type { Load } from './load.ts';
import { passed } from './outcomes.ts';

/** The servers, the migrations, then the services in the order of docs/configuration.md. */
const ORDER = ['postgres', 'nats', 'prepare', 'supervisor', 'gateway', 'runner'];

/** Upgrades a running stack of the version before, under load. */
export async function upgrade(compose: Compose, load: Load): Promise<string> {
  const runs: RunDetail[] = await load.during(async () => {
    await compose.use('now');
    for (const service of ORDER)
      await compose.run(['up', '--detach', '--no-build', '--no-deps', ...waitFor(service), service]);
    await compose.run(['up', '--detach', '--no-build', '--wait']);
  });
  return passed(runs);
}

/** To the images and the compose file of the version before; the schema stays. */
export async function downgrade(compose: Compose, load: Load, { folder }: Before): Promise<string> {
  const runs = await load.during(async () => {
    await compose.use('before');
    await compose.run(['up', '--detach', '--no-build'], folder);
  });
  return passed(runs);
}

/** One that ends does not become healthy; its exit is waited for. */
const waitFor = (service: string) => (service === 'prepare' ? [] : ['--wait']);
