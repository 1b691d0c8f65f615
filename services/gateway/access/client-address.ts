import { isIP } from 'node:net';
import type { GatewayContext } from '../http/call.ts';

/**
 * The client address to which limits apply: the socket's address, or the one given by the last trusted proxy (Koa's
 * `proxy` and `maxIpsCount`). An invalid header is ignored.
 */
export function clientAddress({ ip, req }: Pick<GatewayContext, 'ip' | 'req'>): string {
  const socket = req.socket.remoteAddress ?? '';
  return networkOf(isIP(ip) ? ip : socket);
}

/** An IPv4 address, also if written as IPv6; of an IPv6 address the /64, which belongs to one customer. */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::');
  const [left, right] = [groups(head), groups(tail ?? '')];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const all = [...left, ...Array.from({ length: zeros }, () => '0'), ...right];
  return `${all.slice(0, 4).join(':')}::/64`;
}

/** Normalised; an IPv4 address at the end takes two groups. */
const groups = (text: string): string[] =>
  text
    .split(':')
    .filter(Boolean)
    .flatMap((group) => (group.includes('.') ? ['v4', 'v4'] : [group.toLowerCase().replace(/^0+(?=.)/, '')]));
