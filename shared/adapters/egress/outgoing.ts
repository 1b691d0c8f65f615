import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { AddressKind } from '#shared/platform/config/egress/address.ts';
import { canonical, isAddress } from '#shared/platform/config/egress/address.ts';
import type { EgressPolicy } from '#shared/platform/config/egress/policy.ts';
import { type Lookup, plainName } from './names.ts';
import { connectThrough, type OuterProxies, outerProxyFor } from './outer-proxy.ts';
import type { Target } from './target.ts';

/** Why a connection failed: the policy refused it, or an error by Chromium's name for it. */
export interface ConnectFailure {
  refused: boolean;
  /** A sentence, or a name such as `net::ERR_CONNECTION_REFUSED`. */
  text: string;
}

type RefusalOptions = ErrorOptions & { refusedName?: boolean };

/** A connection that failed or was refused. */
export class NotConnected extends Error {
  readonly failure: ConnectFailure;
  /** The policy refused a name, without saying whether it exists. */
  readonly refusedName: boolean;

  constructor(failure: ConnectFailure, { refusedName = false, ...options }: RefusalOptions = {}) {
    super(failure.text, options);
    this.failure = failure;
    this.refusedName = refusedName;
  }
}

export interface OutgoingOptions {
  policy: EgressPolicy;
  outer: OuterProxies;
  lookup: Lookup;
  /** The proxy's own ports on this machine's loopback. */
  isOwnPort(port: number): boolean;
}

const CONNECT_MS = 30_000;
const INTERFACES_MS = 5_000;
const LONGEST_POLICY = 100;

const AS_CHROMIUM_SAYS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'ERR_NAME_NOT_RESOLVED',
  EAI_AGAIN: 'ERR_NAME_RESOLUTION_FAILED',
  ECONNREFUSED: 'ERR_CONNECTION_REFUSED',
  ECONNRESET: 'ERR_CONNECTION_RESET',
  ETIMEDOUT: 'ERR_CONNECTION_TIMED_OUT',
  ABORT_ERR: 'ERR_CONNECTION_TIMED_OUT',
  EHOSTUNREACH: 'ERR_ADDRESS_UNREACHABLE',
  ENETUNREACH: 'ERR_ADDRESS_UNREACHABLE',
};

/**
 * Connects to `target` if the policy allows (I15): its name is looked up once, the addresses are checked, and the
 * connection goes to those very addresses, so that DNS rebinding gains nothing. @throws NotConnected
 */
export async function connectOut(target: Target, options: OutgoingOptions): Promise<Socket> {
  const { policy, lookup, outer, isOwnPort } = options;
  const { port } = target;
  const host = plainName(target.host);
  // A lookup alone would already send the name to its name server.
  if (!isAddress(host) && !policy.mayAllow(host, port)) throw refused(host, undefined, policy);
  const proxy = outerProxyFor(outer, { host, port });
  let addresses: string[];
  try {
    addresses = await lookup(host);
  } catch (error) {
    // Behind an outer proxy a machine often cannot resolve public names; the outer proxy does.
    if (proxy === undefined) throw unresolved(host, policy, error);
    if (!policy.allowsUnknown(host, port)) throw refused(host, undefined, policy);
    return through(proxy, { host, port });
  }
  const decision = policy.allowedOf(host, port, addresses, ownAddresses());
  const allowed = decision.allowed.filter((address) => !(isLoopback(address) && isOwnPort(port)));
  if (allowed.length === 0) throw refused(host, decision.refused ?? 'machine', policy);
  if (proxy !== undefined && !allowed.some(isLoopback)) return through(proxy, { host, port });
  return direct(host, port, allowed);
}

async function direct(host: string, port: number, addresses: string[]): Promise<Socket> {
  const socket = connect({
    host,
    port,
    // Called even if the host is an address; returns the checked addresses only.
    lookup: (_name, _options, callback) =>
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      ),
    autoSelectFamily: addresses.length > 1,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: 60_000,
    allowHalfOpen: true,
    ...(addresses.length === 1 && { host: addresses[0] as string }),
  });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(CONNECT_MS) });
    return socket;
  } catch (error) {
    socket.on('error', () => undefined); // known already
    socket.destroy();
    throw failed(error);
  }
}

async function through(proxy: URL, target: Target): Promise<Socket> {
  try {
    return await connectThrough(proxy, target, AbortSignal.timeout(CONNECT_MS));
  } catch (error) {
    throw failed(error);
  }
}

let own: { until: number; addresses: ReadonlySet<string> } | undefined;

/** An address of the machine's own interfaces counts like loopback. */
function ownAddresses(): ReadonlySet<string> {
  if (own !== undefined && own.until > performance.now()) return own.addresses;
  const infos = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  own = {
    until: performance.now() + INTERFACES_MS,
    addresses: new Set(infos.map(({ address }) => canonical(address))),
  };
  return own.addresses;
}

const isLoopback = (address: string): boolean => address.startsWith('127.') || address === '::1';

/** A name server that does not answer is no matter of the policy. */
function unresolved(host: string, policy: EgressPolicy, error: unknown): NotConnected {
  const isUnknown = codeOf(error) === 'ENOTFOUND';
  return isUnknown && !policy.allowsAll ? refused(host, undefined, policy, error) : failed(error);
}

/**
 * Says the same of a name that does not exist as of one that leads where the policy does not: otherwise a flow could find
 * out which names there are in the runner's network.
 */
function refused(
  host: string,
  kind: AddressKind | undefined,
  { text }: EgressPolicy,
  cause?: unknown,
): NotConnected {
  const policy = text.length > LONGEST_POLICY ? `${text.slice(0, LONGEST_POLICY)}…` : text;
  const sentence = `the egress policy of this Ghostly (${policy}) does not allow ${host}`;
  return new NotConnected(
    { refused: true, text: `${sentence}${describe(host, kind)}` },
    { cause, refusedName: !isAddress(host) },
  );
}

function describe(host: string, kind: AddressKind | undefined): string {
  if (!isAddress(host)) return ', or there is no such name';
  return kind === 'never' ? ', a link-local, metadata or multicast address, which is never allowed' : '';
}

function failed(error: unknown): NotConnected {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const name = AS_CHROMIUM_SAYS[codeOf(first)] ?? 'ERR_CONNECTION_FAILED';
  return new NotConnected({ refused: false, text: `net::${name}` }, { cause: error });
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';
