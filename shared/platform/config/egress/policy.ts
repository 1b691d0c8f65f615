import ipaddr from 'ipaddr.js';
import { type AddressKind, addressKindOf, canonical, fixedAddressesOf } from './address.ts';
import { type EgressRule, readRule } from './rule.ts';

/** Where flows may connect to, as the operator configured it (I15). */
export interface EgressPolicy {
  /** The policy in the operator's words. */
  readonly text: string;
  /**
   * Which of the addresses that `host` was resolved to may be connected to. `own` are those of this machine's
   * interfaces. If there are none, `refused` says what the first one is.
   */
  allowedOf(
    host: string,
    port: number,
    addresses: readonly string[],
    own: ReadonlySet<string>,
  ): AllowedAddresses;
  /**
   * Whether some machine might be allowed a connection to this host and port: with some address of a name, or as an
   * address is its own. No name is looked up, so the answer says nothing of which there are.
   */
  mayAllow(host: string, port: number): boolean;
  /** Whether all kinds of addresses are allowed, so that there are no names to hide. */
  readonly allowsAll: boolean;
  /** Whether a name may be handed to another proxy whose addresses are not known here: as a public one. */
  allowsUnknown(host: string, port: number): boolean;
}

interface AllowedAddresses {
  allowed: string[];
  refused: AddressKind | undefined;
}

const MOST_RULES = 1_000;

/** Reads a comma separated list. @throws Error whose message is one line for the operator */
export function readEgressPolicy(text: string): EgressPolicy {
  const items = text
    .split(',')
    .map((item) => item.trim().toLowerCase())
    .filter(Boolean);
  if (items.length === 0 || items.length > MOST_RULES) throw new Error(`must list 1 to ${MOST_RULES} items`);
  const rules = items.map(readItem);

  const allowsName = (host: string, port: number) =>
    rules.some((rule) => rule.type === 'name' && isFor(rule, port) && isNamed(rule, host));

  const policy: EgressPolicy = {
    text: items.join(','),
    allowsAll: items.includes('any'),
    mayAllow(host, port) {
      const addresses = fixedAddressesOf(host);
      if (addresses)
        return [NOTHING_OWN, new Set(addresses.map(canonical))].some(
          (own) => policy.allowedOf(host, port, addresses, own).allowed.length > 0,
        );
      const leadsSomewhere = (rule: EgressRule) =>
        rule.type === 'kinds' || (rule.type === 'network' && isFor(rule, port));
      return allowsName(host, port) || rules.some(leadsSomewhere);
    },
    allowsUnknown: (host, port) =>
      allowsName(host, port) || rules.some((rule) => rule.type === 'kinds' && rule.kinds.includes('public')),
    allowedOf(host, port, addresses, own) {
      const named = allowsName(host, port);
      const sorted = addresses.map((address) => sortAddress(address, own));
      const allowed = sorted.filter(
        ({ plain, kind }) =>
          kind !== 'never' && (named || rules.some((rule) => admits(rule, plain, kind, port))),
      );
      return {
        allowed: allowed.map(({ plain }) => plain),
        refused: allowed.length > 0 ? undefined : sorted[0]?.kind,
      };
    },
  };
  return policy;
}

const NOTHING_OWN: ReadonlySet<string> = new Set();

function readItem(item: string): EgressRule {
  try {
    return readRule(item);
  } catch (error) {
    throw new Error(`"${item}" ${error instanceof Error ? error.message : String(error)}`);
  }
}

function sortAddress(address: string, own: ReadonlySet<string>): { plain: string; kind: AddressKind } {
  const plain = canonical(address);
  const kind = addressKindOf(address);
  return { plain, kind: kind !== 'never' && own.has(plain) ? 'machine' : kind };
}

const isNamed = ({ name, withSubdomains }: Extract<EgressRule, { type: 'name' }>, host: string): boolean =>
  withSubdomains ? host.endsWith(`.${name}`) : host === name;

function admits(rule: EgressRule, address: string, kind: AddressKind, port: number): boolean {
  if (rule.type === 'kinds') return rule.kinds.includes(kind);
  if (rule.type === 'name' || !isFor(rule, port)) return false;
  const parsed = ipaddr.parse(address);
  // Only within a family can they be compared.
  return parsed.kind() === rule.network[0].kind() && parsed.match(rule.network);
}

const isFor = (rule: { port: number | undefined }, port: number) =>
  rule.port === undefined || rule.port === port;
