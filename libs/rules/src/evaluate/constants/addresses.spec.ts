import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isInNetwork, isSameAddress, parseV6, readAddress, readNetwork } from './addresses.ts';
import { printAddress } from './print-address.ts';

const address = (text: string) => {
  const read = readAddress(text);
  if (!read.ok) throw new Error(read.error);
  return read.value;
};
const network = (text: string) => {
  const read = readNetwork(text);
  if (!read.ok) throw new Error(read.error);
  return read.value;
};

describe('addresses', () => {
  it.each([
    ['10.0.0.1', 4, 0x0a000001n],
    ['255.255.255.255', 4, 0xffffffffn],
    ['::', 6, 0n],
    ['::1', 6, 1n],
    ['1::', 6, 1n << 112n],
    ['fe80::1:2', 6, (0xfe80n << 112n) | 0x10002n],
    ['1:2:3:4:5:6:7:8', 6, 0x00010002000300040005000600070008n],
  ] as const)('reads %s', (text, family, value) => {
    expect(readAddress(text)).toEqual({ ok: true, value: { family, value } });
  });

  it.each(['1.2.3', '1.2.3.4.5', '1.2.3.400', '01.2.3.4', '1.2.3.', '1.2.3.4/8', '::ffff:1.2.3.4', '1 .2.3.4'])(
    'refuses %j as IPv4',
    (text) => {
      expect(readAddress(text)).toEqual({ ok: false, error: `unrecognized IPv4 address ${text}` });
    },
  );

  it.each(['', ':', ':::', '1::2::3', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '12345::', 'g::', '1::2:3:4:5:6:7:8', ':1', '1:'])(
    'refuses %j as IPv6',
    (text) => {
      expect(readAddress(text)).toEqual({ ok: false, error: `unrecognized IPv6 address ${text}` });
    },
  );

  it('is read again as it was printed', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }), fc.boolean(), (value, four) => {
        const it = { family: four ? 4 : 6, value: four ? value % 2n ** 32n : value } as const;
        return isSameAddress(address(printAddress(it)), it);
      }),
    );
    expect(['::', '::1', '1::', 'fe80::1:0:0:2', '1:0:2:3:4:5:6:7', '0:1::2'].map((text) => printAddress(address(text)))).toEqual([
      '::',
      '::1',
      '1::',
      'fe80::1:0:0:2',
      '1:0:2:3:4:5:6:7',
      '0:1::2',
    ]);
  });

  it('knows IPv6 addresses with dots, for those who need them', () => {
    expect(parseV6('::ffff:1.2.3.4')).toBe(0xffff01020304n);
    expect([parseV6('1.2.3.4'), parseV6('::1.2.3'), parseV6('1.2.3.4::')]).toEqual([undefined, undefined, undefined]);
  });
});

describe('networks', () => {
  it.each([
    ['10.0.0.0/8', '10.200.3.4', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['10.9.8.7/8', '10.200.3.4', true],
    ['0.0.0.0/0', '1.2.3.4', true],
    ['1.2.3.4/32', '1.2.3.4', true],
    ['1.2.3.4/32', '1.2.3.5', false],
    ['0.0.0.0/0', '::1', false],
    ['2001:db8::/32', '2001:db8:1::5', true],
    ['2001:db8::/33', '2001:db8:8000::', false],
    ['::/1', '7fff::', true],
    ['::1/128', '::1', true],
  ])('%s and %s: %s', (net, text, inside) => {
    expect(isInNetwork(address(text), network(net))).toBe(inside);
  });

  it.each([
    ['10.0.0.0', 'unrecognized IP network 10.0.0.0'],
    ['10.0.0/8', 'unrecognized IP address 10.0.0/8'],
    ['10.0.0.0/33', 'invalid netmask 33'],
    ['10.0.0.0/-1', 'invalid netmask -1'],
    ['10.0.0.0/x', 'x is not a valid number'],
    ['10.0.0.0/8/9', '8/9 is not a valid number'],
    ['::/0', 'invalid v6 netmask 0'],
    ['::/129', 'invalid v6 netmask 129'],
    ['::', 'invalid v6 netmask: ::'],
    ['nonsense/8', 'unrecognized IPv6 address nonsense/8'],
  ])('refuses %s', (text, error) => {
    expect(readNetwork(text)).toEqual({ ok: false, error });
  });
});
