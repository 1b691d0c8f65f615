/*
 * A TCP proxy whose network can fail: between a process and PostgreSQL or NATS. Owns its listener and every connection
 * through it; knows no protocol. Closed with `await using` or at the end of a test.
 */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { DIRECTIONS, type Direction, FAIR, type Faults, type Trap, type Weather } from './faults.ts';
import { createLink, type FaultLink, type OwnedLink } from './link.ts';
import type { SetTrap } from './traps.ts';

export interface FaultProxy extends Faults, AsyncDisposable {
  /** The server's URL by way of this proxy. */
  readonly url: string;
  readonly port: number;
  /** The open connections, the oldest first. */
  readonly links: readonly FaultLink[];
  /** New connections are reset at once, until `heal`. Those there are stay. */
  refuse(): void;
  /** Cuts, and refuses. */
  sever(how?: 'rst' | 'fin'): void;
  /** For the next connection that fits, once. */
  trap(trap: Trap): SprungTrap;
}

interface SprungTrap {
  /** Resolves with the connection that was cut. */
  sprung: Promise<FaultLink>;
  disarm(): void;
}

export async function startFaultProxy(target: URL | string): Promise<FaultProxy> {
  const url = new URL(target);
  const server = { host: url.hostname, port: Number(url.port) };
  const links = new Map<number, OwnedLink>();
  const traps = new Set<SetTrap>();
  const weather: Record<Direction, Weather> = { toServer: { ...FAIR }, toClient: { ...FAIR } };
  let refusing = false;
  let opened = 0;

  const accept = (near: Socket) => {
    near.on('error', () => undefined); // heard of by its link, if it has one
    if (refusing) return void near.resetAndDestroy();
    opened += 1;
    const id = opened;
    const link = createLink({ id, near, server, weather, traps });
    links.set(id, link);
    return void link.closed.then(() => links.delete(id));
  };
  const listener = createServer({ allowHalfOpen: true }, accept);
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  url.hostname = '127.0.0.1';
  url.port = String(port);

  const each = (act: (link: OwnedLink) => void) => [...links.values()].forEach(act);
  const change = (directions: Direction[], changed: Partial<Weather>) => {
    for (const direction of directions.length > 0 ? directions : DIRECTIONS)
      Object.assign(weather[direction], changed);
  };

  const close = async () => {
    const closed = once(listener, 'close');
    listener.close();
    const open = [...links.values()];
    for (const link of open) link.destroy();
    await Promise.all([closed, ...open.map((link) => link.closed)]);
  };
  let closing: Promise<void> | undefined;

  const proxy: FaultProxy = {
    url: url.href,
    port,
    get links() {
      return [...links.values()];
    },
    cut: (how) => each((link) => link.cut(how)),
    cutClient: () => each((link) => link.cutClient()),
    refuse() {
      refusing = true;
    },
    sever(how) {
      refusing = true;
      proxy.cut(how);
    },
    hold(...directions) {
      change(directions, { mode: 'held' });
      each((link) => link.hold(...directions));
    },
    swallow(...directions) {
      change(directions, { mode: 'swallowed' });
      each((link) => link.swallow(...directions));
    },
    delay(delayMs, ...directions) {
      change(directions, { delayMs });
      each((link) => link.delay(delayMs, ...directions));
    },
    throttle(bytesPerSecond, ...directions) {
      change(directions, { bytesPerSecond });
      each((link) => link.throttle(bytesPerSecond, ...directions));
    },
    heal() {
      refusing = false;
      change([], FAIR);
      each((link) => link.heal());
    },
    trap(trap) {
      const { promise: sprung, resolve } = Promise.withResolvers<FaultLink>();
      const set: SetTrap = { trap, left: trap.skip ?? 0, spring: resolve };
      traps.add(set);
      return { sprung, disarm: () => traps.delete(set) };
    },
    [Symbol.asyncDispose]() {
      closing ??= close();
      return closing;
    },
  };
  return proxy;
}
