import { connect, nanos } from 'nats';
import { expect, test } from 'vitest';
import { rows } from '../../support/database/rows.ts';
import { eventually } from '../../support/eventually.ts';
import { connectReader } from '../../support/servers/nats-reader.ts';
import { useStack } from '../../support/stack/use-stack.ts';

const bench = useStack({ besides: ['supervisor'] });

test('I6: a run that was queued for longer than JetStream knows repeats is said to be running once', async () => {
  const { stack, site, client } = bench;
  await forgetRepeatsAtOnce(stack.nats.serviceUrl);
  const id = await client.start({ baseUrl: site.url, steps: [{ action: 'goto', url: '/plain' }] });
  await eventually(async () =>
    expect(await rows(stack.databaseUrl, 'select seq from unpublished where run_id = $1', [id])).toEqual([]),
  );

  await stack.start('runner');
  await (await client.watch(id)).ended();
  await using reader = await connectReader(stack.nats.readerUrl);
  const kinds = await eventually(async () => {
    const stored = (await reader.stored(id)).map(({ data }) => data);
    expect(stored.at(-1)?.kind).toBe('end');
    return stored.flatMap(({ kind, status }) => (kind === 'status' ? [status] : []));
  });
  expect(kinds).toEqual(['running', 'pass']);
});

/** Forgets as soon as JetStream can: after 100 ms. A runner takes longer to start. */
async function forgetRepeatsAtOnce(serviceUrl: string): Promise<void> {
  const { host, username, password } = new URL(serviceUrl);
  const connection = await connect({ servers: host, user: username, pass: decodeURIComponent(password) });
  try {
    const manager = await connection.jetstreamManager();
    await eventually(() => manager.streams.update('GHOSTLY_EVENTS', { duplicate_window: nanos(100) }));
  } finally {
    await connection.close();
  }
}
