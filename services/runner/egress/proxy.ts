/*
 * The proxy process of a runner: every connection of its browsers goes through it (I15). A separate process, so that page
 * traffic delays no heartbeats and no file writes (I13). Has no secrets; ends with its channel to the runner.
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { createNames } from '#shared/adapters/egress/names.ts';
import { readEgressPolicy } from '#shared/platform/config/egress/policy.ts';
import { type Gate, openGate } from './gate.ts';
import { createPeers } from './peers.ts';
import type { FromProxy, ToProxy } from './protocol.ts';

type Start = Extract<ToProxy, { type: 'start' }>;
type Open = Extract<ToProxy, { type: 'open' }>;
type Why = Extract<ToProxy, { type: 'why' }>;

/** Including those that are being opened. */
const gates = new Map<number, Promise<Gate>>();
const ports = new Set<number>();
const userOf = createPeers();
const namesFor = createNames();

/** Some kernels and container sandboxes do not have the table: then peers are unknown. */
async function knowsPeers(): Promise<boolean> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = connect(port, '127.0.0.1');
  const accepted = once(server, 'connection');
  await once(client, 'connect');
  await accepted;
  const user = await userOf(client.localPort ?? 0, port);
  client.destroy();
  server.close();
  return user !== undefined && user === process.getuid?.();
}

const send = (message: FromProxy) => process.send?.(message);

async function open({ id, uid, port }: Open, start: Start, peers: boolean): Promise<void> {
  try {
    const opening = openGate({
      policy: readEgressPolicy(start.policy),
      outer: start.outer,
      lookup: namesFor(),
      isOwnPort: (candidate) => ports.has(candidate),
      isBrowser: async (from, to) => !peers || uid === undefined || (await userOf(from, to)) === uid,
      port,
    });
    gates.set(id, opening);
    const gate = await opening;
    ports.add(gate.port);
    send({ type: 'opened', id, port: gate.port });
  } catch (error) {
    gates.delete(id);
    send({ type: 'not-opened', id, reason: error instanceof Error ? error.message : String(error) });
  }
}

async function close(id: number): Promise<void> {
  const opening = gates.get(id);
  gates.delete(id);
  const gate = await opening?.catch(() => undefined); // reported already
  if (gate === undefined) return;
  ports.delete(gate.port);
  gate.close();
}

async function tell({ id, question, host, port }: Why): Promise<void> {
  const gate = await gates.get(id)?.catch(() => undefined);
  send({ type: 'because', question, failure: gate?.why(host, port) });
}

// Signals to the process group are handled by the runner: its flows need their connections while it drains.
process.on('SIGTERM', () => undefined).on('SIGINT', () => undefined);
process.once('disconnect', () => process.exit(0));

const [start] = (await once(process, 'message')) as [Start];
const peers = await knowsPeers();
process.on('message', (message: ToProxy) => {
  if (message.type === 'open') void open(message, start, peers);
  else if (message.type === 'close') void close(message.id);
  else if (message.type === 'why') void tell(message);
});
send({ type: 'started', knowsPeers: peers });
