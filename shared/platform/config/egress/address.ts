import { isIP } from 'node:net';
import ipaddr, { type IPv4, type IPv6 } from 'ipaddr.js';

/**
 * What an address leads to. `machine`: the machine itself. `never`: what no policy opens, because it gives a process
 * the rights of its host (metadata services), or is no address that one connects to.
 */
export type AddressKind = 'public' | 'private' | 'machine' | 'reserved' | 'never';

/** Metadata services and host agents of cloud providers that are outside of the link-local networks. */
const METADATA = ['100.100.100.200', '168.63.129.16', '192.0.0.192', 'fd00:ec2::254', 'fd20:ce::254'].map(
  (address) => ipaddr.parse(address).toNormalizedString(),
);

const KINDS: Readonly<Record<string, AddressKind>> = {
  unicast: 'public',
  private: 'private',
  carrierGradeNat: 'private',
  uniqueLocal: 'private',
  deprecatedSiteLocal: 'private',
  loopback: 'machine',
  unspecified: 'machine',
  linkLocal: 'never',
  multicast: 'never',
  broadcast: 'never',
};

/** For networks of one's own that translate to IPv4. */
const LOCAL_NAT64 = ipaddr.parse('64:ff9b:1::') as IPv6;
/** All addresses of the Internet are in here, /3; what is outside is not given to anybody. */
const GLOBAL = ipaddr.parse('2000::') as IPv6;
/** IPv4 addresses as they were once written in IPv6, /96. */
const IPV4_COMPATIBLE = ipaddr.parse('::') as IPv6;

/** The kind of a literal address, IPv4 inside of IPv6 included: the stricter of the two counts. */
export function addressKindOf(text: string): AddressKind {
  const address = ipaddr.parse(withoutZone(text));
  if (METADATA.includes(address.toNormalizedString())) return 'never';
  if (address.kind() === 'ipv4') {
    const isThisNetwork = address.range() === 'unspecified' && address.toString() !== '0.0.0.0';
    return isThisNetwork ? 'reserved' : (KINDS[address.range()] ?? 'reserved');
  }
  return kindOfIpv6(address as IPv6);
}

function kindOfIpv6(address: IPv6): AddressKind {
  if (address.match(LOCAL_NAT64, 48)) return kindBehindNat64(address);
  const range = address.range();
  const inner = ipv4Within(address, range);
  if (inner !== undefined) return addressKindOf(inner);
  const kind = KINDS[range] ?? 'reserved';
  return kind === 'public' && !address.match(GLOBAL, 3) ? kindOutsideOfGlobal(address) : kind;
}

function kindOutsideOfGlobal(address: IPv6): AddressKind {
  const kind = address.match(IPV4_COMPATIBLE, 96)
    ? addressKindOf(address.toByteArray().slice(12).join('.'))
    : 'reserved';
  return kind === 'public' ? 'reserved' : kind;
}

/** Where the IPv4 address stands depends on the length of the prefix, which is the network's own affair (RFC 6052). */
const NAT64_PLACES = [
  [6, 7, 9, 10],
  [7, 9, 10, 11],
  [9, 10, 11, 12],
  [12, 13, 14, 15],
];

function kindBehindNat64(address: IPv6): AddressKind {
  const bytes = address.toByteArray();
  const inner = NAT64_PLACES.map((places) => places.map((place) => bytes[place]).join('.'));
  return inner.some((text) => text !== '0.0.0.0' && addressKindOf(text) === 'never') ? 'never' : 'private';
}

/** The IPv4 address to which a gateway would translate this one. */
function ipv4Within(address: IPv6, range: string): string | undefined {
  const bytes = address.toByteArray();
  const at = (start: number) => bytes.slice(start, start + 4).join('.');
  if (range === 'ipv4Mapped' || range === 'rfc6145' || range === 'rfc6052') return at(12);
  return range === '6to4' ? at(2) : undefined;
}

/**
 * The canonical spelling in which addresses are compared. The unspecified address cannot be dialled; it means this
 * machine.
 */
export function canonical(text: string): string {
  const address = ipaddr.parse(withoutZone(text));
  const plain: IPv4 | IPv6 =
    address.kind() === 'ipv6' && (address as IPv6).isIPv4MappedAddress()
      ? (address as IPv6).toIPv4Address()
      : address;
  const spelled = plain.toString();
  return spelled === '0.0.0.0' ? '127.0.0.1' : spelled === '::' ? '::1' : spelled;
}

/** Literal addresses only: Node's own strict rules, no octal, hexadecimal or shortened forms. */
export const isAddress = (text: string): boolean => isIP(text) !== 0;

/**
 * The addresses of a host that is not looked up: a literal one, or a name that browsers take for this machine whatever a
 * resolver says. Undefined for other names.
 */
export function fixedAddressesOf(host: string): string[] | undefined {
  if (isAddress(host)) return [host];
  return host === 'localhost' || host.endsWith('.localhost') ? ['127.0.0.1', '::1'] : undefined;
}

const withoutZone = (text: string) => text.split('%', 1)[0] as string;
