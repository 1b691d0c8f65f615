/* The supervisor that leads gives the event stream the size of its variables, and says what NATS refuses. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Bus, CONNECTION, openBus } from '#shared/adapters/bus/bus.ts';
import { EVENT_STREAM } from '#shared/adapters/bus/subjects.ts';
import { readConfig } from '#shared/platform/config/config.ts';
import { createLog } from '#shared/platform/log/log.ts';
import { keepEventStream, streamSizeOf } from '../../../services/supervisor/keep-event-stream.ts';
import { eventually } from '../../support/eventually.ts';
import { quietLog } from '../../support/log-lines.ts';
import { startTestNats } from '../../support/servers/servers.ts';

const MIB = 1024 ** 2;
const NAMES = ['GHOSTLY_EVENTS_MIB', 'GHOSTLY_EVENTS_DAYS', 'GHOSTLY_EVENTS_REPLICAS'] as const;

let bus: Bus;
beforeAll(async () => {
  bus = openBus({ url: (await startTestNats()).serviceUrl, name: 'test', log: quietLog() });
  await bus.opened();
});
afterAll(() => bus[Symbol.asyncDispose]());

const configOf = async () => {
  const { streams } = await (await bus[CONNECTION]()).jetstreamManager();
  return (await streams.info(EVENT_STREAM)).config;
};

test('a supervisor creates the stream, and gives it the size of its variables once it leads; what NATS refuses it logs in one line', async () => {
  await using resources = new AsyncDisposableStack();
  const lines: string[] = [];
  const log = createLog('test', 'info', { write: (line: string) => void lines.push(line) });
  let leads = false;
  let onLead: () => void = () => undefined;
  const leadership = {
    isLeading: () => leads,
    onLead: (wake: () => void) => {
      onLead = wake;
    },
  };
  const env = { GHOSTLY_EVENTS_MIB: '64', GHOSTLY_EVENTS_DAYS: '2', GHOSTLY_EVENTS_REPLICAS: '3' };
  keepEventStream({ bus, log, size: streamSizeOf(readConfig(env, NAMES)), leadership, resources });
  await eventually(async () => expect((await configOf()).max_bytes).toBe(1024 * MIB));

  leads = true;
  onLead();
  await eventually(async () => {
    const { max_bytes, max_age, num_replicas } = await configOf();
    expect([max_bytes, max_age / 86_400e9, num_replicas]).toEqual([64 * MIB, 2, 1]);
  });
  await eventually(() =>
    expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual([
      'the event stream cannot have 3 replicas: this NATS server is not part of a cluster',
    ]),
  );
});
