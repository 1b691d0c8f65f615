/*
 * One connection through the proxy. Owns both of its sockets: the client's, and the one to the server, which is opened
 * only when something could pass to it.
 */
import { Socket } from 'node:net';
import { type Cut, DIRECTIONS, type Direction, FAIR, type Faults, type Weather } from './faults.ts';
import { createOneWay, type OneWay, type Passage } from './one-way.ts';
import { type SetTrap, watchFor } from './traps.ts';

export interface FaultLink extends Faults {
  /** Counts from 1, in the order of the connections. */
  readonly id: number;
  /** Resolves when both sockets are closed. */
  readonly closed: Promise<void>;
}

export interface LinkDeps {
  id: number;
  near: Socket;
  server: { host: string; port: number };
  weather: Record<Direction, Weather>;
  traps: Set<SetTrap>;
}

export type OwnedLink = FaultLink & { destroy(): void };

export function createLink({ id, near, server, weather, traps }: LinkDeps): OwnedLink {
  const far = new Socket({ allowHalfOpen: true });
  let connected = false;
  /** Something passed whose answer is going to be lost. */
  let doomed: { direction: Direction; spring(): void } | undefined;
  near.setNoDelay();
  far.setNoDelay();

  const inspect = (direction: Direction) => {
    const look = watchFor(traps, direction);
    return (bytes: Buffer): Passage => {
      if (doomed && direction !== doomed.direction) return { bytes: NOTHING, stop: doomed.spring };
      const found = look(bytes);
      if (!found) return { bytes };
      const { set, start, end } = found;
      const { when, how = 'rst' } = set.trap;
      const spring = () => {
        cutSides(how, 'fin');
        set.spring(link);
      };
      if (when === 'before') return { bytes: bytes.subarray(0, start), stop: spring };
      if (when === 'after') return { bytes: bytes.subarray(0, end), stop: spring };
      doomed = { direction, spring };
      return { bytes };
    };
  };

  const ways: Record<Direction, OneWay> = {
    toServer: createOneWay({
      source: near,
      sink: far,
      weather: weather.toServer,
      inspect: inspect('toServer'),
    }),
    toClient: createOneWay({
      source: far,
      sink: near,
      weather: weather.toClient,
      inspect: inspect('toClient'),
    }),
  };
  const reach = (mode: Weather['mode']) => {
    if (mode !== 'open' || connected) return;
    connected = true;
    far.connect(server);
  };
  reach(weather.toServer.mode);

  const closeWays = () => {
    for (const direction of DIRECTIONS) ways[direction].close();
  };
  const cutSides = (nearHow: Cut, farHow: Cut) => {
    closeWays();
    cutSocket(near, nearHow);
    cutSocket(far, connected ? farHow : 'fin');
  };
  const destroy = () => {
    closeWays();
    near.destroy();
    far.destroy();
  };
  const change = (directions: Direction[], changed: Partial<Weather>) => {
    for (const direction of directions.length > 0 ? directions : DIRECTIONS) {
      ways[direction].change(changed);
      if (direction === 'toServer' && changed.mode) reach(changed.mode);
    }
  };

  /** What ends one side ends the other, unless nothing passes there: then by the time it is healed. */
  let broken = false;
  const breaks = (other: Socket, direction: Direction, how: Cut) => {
    if (other.destroyed) return;
    if (ways[direction].open) cutSocket(other, how);
    else broken = true;
  };
  near.on('error', () => breaks(far, 'toServer', 'rst'));
  far.on('error', () => breaks(near, 'toClient', 'rst'));
  near.once('close', () => breaks(far, 'toServer', 'fin'));
  far.once('close', () => breaks(near, 'toClient', 'fin'));
  const gone = (socket: Socket) => new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const closed = Promise.all([gone(near), gone(far)]).then(closeWays);

  const link: OwnedLink = {
    id,
    closed,
    destroy,
    cut: (how = 'rst') => cutSides(how, how),
    cutClient() {
      change([], { mode: 'swallowed' });
      cutSocket(near, 'rst');
    },
    hold: (...directions) => change(directions, { mode: 'held' }),
    swallow: (...directions) => change(directions, { mode: 'swallowed' }),
    delay: (delayMs, ...directions) => change(directions, { delayMs }),
    throttle: (bytesPerSecond, ...directions) => change(directions, { bytesPerSecond }),
    heal() {
      if (broken || DIRECTIONS.some((direction) => ways[direction].lossy)) cutSides('rst', 'rst');
      else change([], FAIR);
    },
  };
  return link;
}

const NOTHING = Buffer.alloc(0);

function cutSocket(socket: Socket, how: Cut): void {
  // One whose end is under way cannot be reset: Node would never close it.
  if (how === 'rst' && socket.writableEnded) socket.destroy();
  else if (how === 'rst') socket.resetAndDestroy();
  else if (socket.pending && !socket.connecting) socket.destroy();
  else socket.resume().end();
}
