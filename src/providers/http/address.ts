import { BlockList, isIP } from 'node:net';

/** What kind of address this is, by the registries of special-purpose addresses (RFC 6890 and its successors). */
export type AddressKind = 'public' | 'loopback' | 'private' | 'link_local' | 'unusable';

type Ranges = readonly (readonly [network: string, prefix: number])[];

const V4: Readonly<Record<Exclude<AddressKind, 'public'>, Ranges>> = {
  loopback: [['127.0.0.0', 8]],
  private: [
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['172.16.0.0', 12],
    ['192.168.0.0', 16],
  ],
  link_local: [['169.254.0.0', 16]],
  unusable: [
    ['0.0.0.0', 8],
    ['192.0.0.0', 24],
    ['192.0.2.0', 24],
    ['192.88.99.0', 24],
    ['198.18.0.0', 15],
    ['198.51.100.0', 24],
    ['203.0.113.0', 24],
    ['224.0.0.0', 4],
    ['240.0.0.0', 4],
  ],
};

const V6: typeof V4 = {
  loopback: [['::1', 128]],
  private: [
    ['fc00::', 7],
    ['fec0::', 10],
  ],
  link_local: [['fe80::', 10]],
  unusable: [
    ['::', 96],
    ['::ffff:0:0:0', 96],
    ['64:ff9b:1::', 48],
    ['100::', 64],
    ['2001::', 23],
    ['2001:db8::', 32],
    ['3fff::', 20],
    ['5f00::', 16],
    ['ff00::', 8],
  ],
};

/** IPv6 addresses that carry an IPv4 address: it decides. */
const EMBEDDED: readonly (readonly [prefix: string, firstGroup: number])[] = [
  ['::ffff:', 6],
  ['64:ff9b::', 6],
  ['2002:', 1],
];

const lists = {
  ipv4: listsOf(V4, 'ipv4'),
  ipv6: listsOf(V6, 'ipv6'),
};

function listsOf(ranges: typeof V4, family: 'ipv4' | 'ipv6') {
  return Object.entries(ranges).map(([kind, networks]) => {
    const list = new BlockList();
    for (const [network, prefix] of networks) list.addSubnet(network, prefix, family);
    return { kind: kind as AddressKind, list };
  });
}

/** The kind of an IP address; what is no address at all is unusable. */
export function addressKind(address: string): AddressKind {
  const plain = address.split('%')[0]!;
  const version = isIP(plain);
  if (version === 0) return 'unusable';
  const embedded = version === 6 ? embeddedIpv4(plain) : null;
  if (embedded !== null) return addressKind(embedded);
  const family = version === 4 ? 'ipv4' : 'ipv6';
  return lists[family].find(({ list }) => list.check(plain, family))?.kind ?? 'public';
}

/** The IPv4 address within a mapped (::ffff:0:0/96), NAT64 (64:ff9b::/96) or 6to4 (2002::/16) address. */
export function embeddedIpv4(address: string): string | null {
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const form = EMBEDDED.find(([prefix]) => canonical.startsWith(prefix));
  if (form === undefined) return null;
  const groups = expand(canonical);
  if (form[0] === '::ffff:' && !groups.slice(0, 5).every((group) => group === 0)) return null;
  if (form[0] === '64:ff9b::' && !groups.slice(2, 6).every((group) => group === 0)) return null;
  const [high, low] = [groups[form[1]]!, groups[form[1] + 1]!];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** The eight groups of a canonical IPv6 address. */
function expand(address: string): readonly number[] {
  const [head, tail] = address.split('::');
  const groups = (text: string | undefined): number[] =>
    text === undefined || text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
  const [before, after] = [groups(head), groups(tail)];
  return [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
}
