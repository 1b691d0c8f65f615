import assert from 'node:assert/strict';
import { eventually } from '../support/eventually.ts';
import type { Compose } from './compose.ts';
import type { Engine } from './engine.ts';

const ROUNDS = 3;
/** What each says when it is up. */
const SAYS = { gateway: 'listening', runner: 'ready', supervisor: 'ready' } as const;

/**
 * Median times between the start of a container and the line by which its service says that it is up: reported, not
 * judged, since nothing here is calm.
 */
export async function tellStartTimes(compose: Compose, engine: Engine): Promise<string> {
  const reported: string[] = [];
  for (const service of Object.keys(SAYS) as (keyof typeof SAYS)[]) {
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) times.push(await startTime(compose, engine, service));
    times.sort((a, b) => a - b);
    reported.push(`${service} ${times[Math.floor(ROUNDS / 2)]} ms`);
  }
  return reported.join(', ');
}

async function startTime(compose: Compose, { podman }: Engine, service: keyof typeof SAYS): Promise<number> {
  await compose.run(['restart', service]);
  const [id] = (await compose.run(['ps', '--quiet', service])).trim().split('\n');
  assert(id, `there is a container of ${service}`);
  const startedAt = Date.parse(
    JSON.parse(await podman(['inspect', '--format', '{{json .State.StartedAt}}', id])),
  );
  return eventually(async () => {
    const lines = (await podman(['logs', id])).split('\n');
    const line = lines.findLast((text) => text.includes(`"msg":"${SAYS[service]}"`));
    const at = Date.parse(/"time":"([^"]+)"/.exec(line ?? '')?.[1] ?? '');
    assert(at >= startedAt, `${service} has not said yet that it is up`);
    return at - startedAt;
  });
}
