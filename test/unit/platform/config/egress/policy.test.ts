/* I15: a policy allows the addresses that it names, and never metadata or link-local ones. */
import { describe, expect, it } from 'vitest';
import { type AddressKind, addressKindOf, canonical } from '#shared/platform/config/egress/address.ts';
import { readEgressPolicy } from '#shared/platform/config/egress/policy.ts';

const OWN = new Set(['203.0.113.9', '192.168.7.7']);
const allowed = (policy: string, address: string, port = 443, host = address) =>
  readEgressPolicy(policy).allowedOf(host, port, [address], OWN).allowed;

const KINDS: Record<AddressKind, string[]> = {
  public: [
    '1.1.1.1',
    '93.184.216.34',
    '2606:4700::1111',
    '::ffff:1.1.1.1',
    '64:ff9b::101:101',
    '2002:101:101::1',
  ],
  private: [
    ...['10.0.0.5', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1', '::ffff:10.0.0.5'],
    ...['fd12:3456::1', 'fec0::1', '64:ff9b::a00:5', '64:ff9b:1::1', '2002:a00:5::1', '::ffff:0:10.0.0.5'],
    ...['::10.0.0.5', '::a00:5'],
  ],
  machine: [
    '::7f00:1',
    '127.0.0.1',
    '127.255.0.9',
    '::1',
    '0.0.0.0',
    '::',
    '::ffff:127.0.0.1',
    '64:ff9b::7f00:1',
  ],
  reserved: [
    '4000::1',
    'e000::1',
    '1::',
    '::1:0:0:0',
    '::808:808',
    '198.18.0.1',
    '192.0.2.1',
    '240.0.0.1',
    '0.1.2.3',
    '2001:db8::1',
    '2001::1',
    '192.88.99.1',
  ],
  never: [
    ...['169.254.169.254', '169.254.170.2', '169.254.0.1', '100.100.100.200', '168.63.129.16', '192.0.0.192'],
    ...[
      'fe80::1',
      'fe80::1%eth0',
      'fd00:ec2::254',
      'fd20:ce::254',
      'ff02::1',
      '224.0.0.1',
      '255.255.255.255',
    ],
    ...[
      '::ffff:169.254.169.254',
      '::a9fe:a9fe',
      '64:ff9b::a9fe:a9fe',
      '64:ff9b:1::a9fe:a9fe',
      '64:ff9b:1:a9fe:a9:fe00::',
      '2002:a9fe:a9fe::1',
    ],
  ],
};

describe('I15: what an address leads to', () => {
  it.each(Object.entries(KINDS).flatMap(([kind, each]) => each.map((address) => [address, kind])))(
    '%s is %s',
    (address, kind) => {
      expect(addressKindOf(address)).toBe(kind);
    },
  );

  it('is judged for the one spelling that is then connected to', () => {
    expect(canonical('::ffff:10.0.0.5')).toBe('10.0.0.5');
    expect(canonical('0.0.0.0')).toBe('127.0.0.1');
    expect(canonical('::')).toBe('::1');
    expect(canonical('FD00::0:1')).toBe('fd00::1');
  });
});

describe('I15: an egress policy', () => {
  it.each<[policy: string, allows: (keyof typeof KINDS)[]]>([
    ['public', ['public']],
    ['private', ['private']],
    ['loopback', ['machine']],
    ['public, loopback', ['public', 'machine']],
    ['any', ['public', 'private', 'machine', 'reserved']],
    ['0.0.0.0/0,::/0', ['public', 'private', 'machine', 'reserved']],
    ['example.com', []],
  ])('%s allows %j and no other kind', (policy, allows) => {
    for (const [kind, addresses] of Object.entries(KINDS))
      for (const address of addresses)
        expect([address, allowed(policy, address).length > 0]).toEqual([
          address,
          allows.includes(kind as AddressKind),
        ]);
  });

  it('never allows metadata or link-local addresses, not by a name either', () => {
    for (const address of KINDS.never)
      expect(allowed('any,0.0.0.0/0,::/0,metadata.test', address, 80, 'metadata.test')).toEqual([]);
  });

  it.each<[policy: string, host: string, port: number, address: string, expected: boolean]>([
    ['10.1.0.0/16', '10.1.2.3', 80, '10.1.2.3', true],
    ['10.1.0.0/16', '10.2.0.1', 80, '10.2.0.1', false],
    ['10.1.0.0/16', 'a.test', 80, '10.1.0.1', true],
    ['127.0.0.1/32', '127.0.0.5', 80, '127.0.0.5', false],
    ['10.0.0.5:5432', '10.0.0.5', 5432, '10.0.0.5', true],
    ['10.0.0.5:5432', '10.0.0.5', 80, '10.0.0.5', false],
    ['[fd00::1]:80', 'x.test', 80, 'fd00::1', true],
    ['fd00::1', 'x.test', 80, 'fd00::2', false],
    ['10.0.0.5', 'x.test', 80, '::ffff:10.0.0.5', true],
    ['app.test', 'app.test', 80, '10.0.0.5', true],
    ['app.test', 'sub.app.test', 80, '10.0.0.5', false],
    ['*.app.test', 'sub.app.test', 80, '10.0.0.5', true],
    ['*.app.test', 'app.test', 80, '10.0.0.5', false],
    ['*.app.test', 'evilapp.test', 80, '10.0.0.5', false],
    ['app.test:8443', 'app.test', 8443, '10.0.0.5', true],
    ['app.test:8443', 'app.test', 443, '10.0.0.5', false],
    ['bücher.test', 'xn--bcher-kva.test', 443, '10.0.0.5', true],
  ])('%s: %s port %i at %s is allowed: %s', (policy, host, port, address, expected) => {
    expect(allowed(policy, address, port, host).length > 0).toBe(expected);
  });

  it('counts the addresses of the machine itself as loopback, public ones too', () => {
    expect(allowed('public', '203.0.113.9')).toEqual([]);
    expect(allowed('private', '192.168.7.7')).toEqual([]);
    expect(allowed('private,loopback', '192.168.7.7')).toEqual(['192.168.7.7']);
  });

  it('leaves the allowed ones of several addresses', () => {
    const { allowed, refused } = readEgressPolicy('public').allowedOf(
      'a.test',
      80,
      ['10.0.0.5', '1.1.1.1'],
      OWN,
    );
    expect({ allowed, refused }).toEqual({ allowed: ['1.1.1.1'], refused: undefined });
  });

  it.each<[policy: string, host: string, port: number, expected: boolean]>([
    ['public', '1.1.1.1', 80, true],
    ['public', '10.0.0.5', 80, false],
    ['public', '::1', 80, false],
    ['public', 'localhost', 80, false],
    ['public', 'app.localhost', 80, false],
    ['public', 'anything.test', 80, true],
    ['loopback', 'localhost', 80, true],
    ['loopback', '10.0.0.5', 80, true],
    ['loopback', '1.1.1.1', 80, true],
    ['loopback', '169.254.169.254', 80, false],
    ['private', '1.1.1.1', 80, false],
    ['localhost:8080', '10.0.0.5', 8080, false],
    ['any', '169.254.169.254', 80, false],
    ['any', '127.0.0.1', 80, true],
    ['localhost:8080', 'localhost', 8080, true],
    ['localhost:8080', 'localhost', 80, false],
    ['app.test', 'app.test', 80, true],
    ['app.test', 'other.test', 80, false],
    ['10.0.0.5:443', 'other.test', 443, true],
    ['10.0.0.5:443', 'other.test', 80, false],
  ])('%s: whether %s port %i may be allowed is known without a look: %s', (policy, host, port, expected) => {
    expect(readEgressPolicy(policy).mayAllow(host, port)).toBe(expected);
  });

  it.each([
    ['', 'must list'],
    ['*', 'is no host'],
    ['public:443', 'is no'],
    ['10.0.0.0/8:80', 'is no network'],
    ['10.0.0.0/33', 'is no network'],
    ['010.0.0.1', 'is no host name and no address'],
    ['2130706433', 'is no host name and no address'],
    ['0x7f.1', 'is no host name and no address'],
    ['http://example.com', 'is no'],
    ['exa mple.com', 'is no host name'],
    ['example.com:0', 'has no port'],
    ['example.com:70000', 'has no port'],
    ['169.254.169.254', 'is never allowed'],
    ['169.254.169.254:80', 'is never allowed'],
    ['169.254.0.0/16', 'is never allowed'],
    ['fe80::/10', 'is never allowed'],
    ['[fd00:ec2::254]', 'is never allowed'],
  ])('%j is refused, as it %s', (policy, why) => {
    expect(() => readEgressPolicy(policy)).toThrow(why);
  });
});
