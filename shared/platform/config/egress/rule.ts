import { domainToASCII } from 'node:url';
import ipaddr, { type IPv4, type IPv6 } from 'ipaddr.js';
import { type AddressKind, addressKindOf, canonical, isAddress } from './address.ts';

/** One item of the list: addresses of some kinds, a network, or a name and all that it may resolve to. */
export type EgressRule =
  | { type: 'kinds'; kinds: readonly AddressKind[] }
  | { type: 'network'; network: [IPv4 | IPv6, number]; port: number | undefined }
  | { type: 'name'; name: string; withSubdomains: boolean; port: number | undefined };

const WORDS: Readonly<Record<string, readonly AddressKind[]>> = {
  any: ['public', 'private', 'machine', 'reserved'],
  public: ['public'],
  private: ['private'],
  loopback: ['machine'],
};

const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/;

/** @throws Error whose message says in a few words what is wrong with the item */
export function readRule(item: string): EgressRule {
  const kinds = Object.hasOwn(WORDS, item) ? WORDS[item] : undefined;
  if (kinds !== undefined) return { type: 'kinds', kinds };
  if (item.includes('/')) return networkRule(item);
  if (isAddress(item)) return addressRule(item, undefined);
  const [, bracketed, plain, portText] = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(\d{1,5}))?$/.exec(item) ?? [];
  const host = bracketed ?? plain;
  if (!host) throw new Error('is no host, network or word that is known');
  const port = portText === undefined ? undefined : readPort(portText);
  if (bracketed !== undefined || isAddress(host)) return addressRule(host, port);
  return nameRule(host, port);
}

function networkRule(item: string): EgressRule {
  const [address = '', bits = ''] = item.split('/');
  if (!isAddress(address) || !/^\d{1,3}$/.test(bits)) throw new Error('is no network such as 10.0.0.0/8');
  let network: [IPv4 | IPv6, number];
  try {
    network = ipaddr.parseCIDR(item);
  } catch {
    throw new Error('is no network such as 10.0.0.0/8');
  }
  if (network[1] > 0 && isForbidden(address, network))
    throw new Error('is never allowed: link-local, metadata or multicast');
  return { type: 'network', network, port: undefined };
}

/** A network that holds nothing else; larger ones may be named, and what is forbidden in them stays so. */
function isForbidden(address: string, [, bits]: [IPv4 | IPv6, number]): boolean {
  if (addressKindOf(address) !== 'never') return false;
  return address.includes(':') ? bits >= 8 : bits >= 4;
}

function addressRule(text: string, port: number | undefined): EgressRule {
  if (!isAddress(text)) throw new Error('is no address');
  if (addressKindOf(text) === 'never') throw new Error('is never allowed: link-local, metadata or multicast');
  const address = ipaddr.parse(canonical(text));
  return { type: 'network', network: [address, address.kind() === 'ipv4' ? 32 : 128], port };
}

function nameRule(host: string, port: number | undefined): EgressRule {
  const withSubdomains = host.startsWith('*.');
  const name = domainToASCII(withSubdomains ? host.slice(2) : host).replace(/\.$/, '');
  const labels = name.split('.');
  if (name === '' || !labels.every((label) => LABEL.test(label))) throw new Error('is no host name');
  if (Object.hasOwn(WORDS, name)) throw new Error('is no host name: such a word stands alone');
  // Chromium would read it as an address.
  if (/^(\d+|0x[\da-f]*)$/.test(labels.at(-1) as string)) throw new Error('is no host name and no address');
  return { type: 'name', name, withSubdomains, port };
}

function readPort(text: string): number {
  const port = Number(text);
  if (port < 1 || port > 65_535) throw new Error('has no port from 1 to 65535');
  return port;
}
