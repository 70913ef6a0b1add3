import { chmodSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Token, parseToken, signedText } from '@whoran/contracts';
import { ConfigInvalid, type Issue, VirtualClock } from '@whoran/kernel';
import { generateKey, isKid, listKeys, openSigner, openVerifier, retireKey } from '@whoran/keyring';

const START = Date.parse('2026-01-01T10:00:00Z');
const SESSION = '4cf8e840-6049-4b78-959e-559b16d942a4';
const SCOPE = { cluster: 'test', namespace: 'payments', pod: 'api-0', user: 'jane@example.com' };
const SIGNED = signedText(SESSION, SCOPE);

let dir: string;
let clock: VirtualClock;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'keyring-'));
  clock = new VirtualClock(START);
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const tokenOf = (text: string) => parseToken(text) as Token;
const kidsAndStates = () => listKeys(dir, clock.now()).map(({ kid, state }) => `${kid} ${state}`);

describe('keys in a folder', () => {
  it('are named by time, kept private, and never overwritten', () => {
    const keys = [generateKey(dir, START), generateKey(dir, START)];
    expect(keys.map(({ kid }) => kid)).toEqual(['k20260101T100000Z', 'k20260101T100000Z-2']);
    expect(keys.every(({ kid }) => isKid(kid))).toBe(true);
    expect(statSync(join(dir, 'k20260101T100000Z.key.pem')).mode & 0o777).toBe(0o600);
    expect(keys[0]).toMatchObject({ state: 'active', createdAt: START, fingerprint: expect.stringMatching(/^SHA256:[\w+/]{43}$/) });
  });

  it('sign when they are old enough, or when there is no older one', () => {
    generateKey(dir, START);
    generateKey(dir, START + 5000);
    clock.advanceTo(START + 10_000);
    expect(kidsAndStates()).toEqual(['k20260101T100005Z standby', 'k20260101T100000Z active']);
    clock.advanceTo(START + 65_000);
    expect(kidsAndStates()).toEqual(['k20260101T100005Z active', 'k20260101T100000Z standby']);
  });

  it('are retired by losing the private half; the last one stays unless forced', () => {
    const { kid: first } = generateKey(dir, START);
    expect(retireKey(dir, first)).toEqual({ ok: false, error: 'last-key' });
    const { kid: second } = generateKey(dir, START + 1000);
    expect(retireKey(dir, first)).toMatchObject({ ok: true, value: { kid: first, state: 'retired' } });
    expect(retireKey(dir, first)).toEqual({ ok: false, error: 'already-retired' });
    expect(retireKey(dir, second, { force: true })).toMatchObject({ ok: true });
    expect(kidsAndStates()).toEqual([`${second} retired`, `${first} retired`]);
  });

  it('leave their public half behind even when it was lost', () => {
    const { kid, fingerprint } = generateKey(dir, START);
    rmSync(join(dir, `${kid}.pub.pem`));
    expect(retireKey(dir, kid, { force: true })).toMatchObject({ ok: true, value: { fingerprint } });
    expect(kidsAndStates()).toEqual([`${kid} retired`]);
  });

  it.each([
    ['../../etc/passwd', 'invalid-kid'],
    ['', 'invalid-kid'],
    ['nobody', 'unknown-key'],
  ])('refuses to retire %j: %s', (kid, error) => {
    expect(retireKey(dir, kid, { force: true })).toEqual({ ok: false, error });
  });
});

describe('a token', () => {
  it('verifies in its cluster, pod and session only, and is the same every time', () => {
    const { kid } = generateKey(dir, START);
    const signer = openSigner(dir, { clock });
    const verifier = openVerifier(dir, { clock });
    const text = signer.sign(SESSION, SCOPE);
    expect(signer.sign(SESSION, SCOPE)).toBe(text);
    expect(tokenOf(text)).toMatchObject({ kid, session: SESSION });
    expect(verifier.verify('test', tokenOf(text), SIGNED)).toBe('valid');
    expect(verifier.verify('test', tokenOf(text), signedText(SESSION, { ...SCOPE, pod: 'api-1' }))).toBe('invalid');
    expect(verifier.verify('test', { ...tokenOf(text), signature: 'A'.repeat(86) }, SIGNED)).toBe('invalid');
    expect(verifier.verify('test', { ...tokenOf(text), kid: 'other' }, SIGNED)).toBe('unknown-key');
  });

  it('of a cluster whose key lies under clusters/ is worth nothing elsewhere', () => {
    const { kid } = generateKey(dir, START);
    const token = tokenOf(openSigner(dir, { clock }).sign(SESSION, SCOPE));
    mkdirSync(join(dir, 'clusters', 'test'), { recursive: true });
    renameSync(join(dir, `${kid}.pub.pem`), join(dir, 'clusters', 'test', `${kid}.pub.pem`));
    const verifier = openVerifier(dir, { clock });
    expect([verifier.verify('test', token, SIGNED), verifier.verify('prod', token, SIGNED), verifier.size()]).toEqual([
      'valid',
      'unknown-key',
      1,
    ]);
  });

  it('recorded on a real cluster verifies with the recorded key', () => {
    writeFileSync(
      join(dir, 'k1.pub.pem'),
      '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEApGupC2erjDMtsZ1Whzctxwbgv++ouqXvoKLtY38FWMk=\n-----END PUBLIC KEY-----\n',
    );
    const token = tokenOf(
      '1.k1.TPjoQGBJS3iVnlWbFtlCpA.Kp6UKbOg26wp096aGx_2HRWtBg36q0aaQs7rukOXqNKs6R_kPoTOXs__UeO6_3lHbxiny9-2RyTlhJ9I9eYLCw',
    );
    expect(openVerifier(dir, { clock }).verify('test-a', token, signedText(token.session, { ...SCOPE, cluster: 'test-a' }))).toBe('valid');
  });

  it('cannot be made without a private key', () => {
    const signer = openSigner(join(dir, 'not-there'), { clock });
    expect(signer.kid()).toBeUndefined();
    expect(() => signer.sign(SESSION, SCOPE)).toThrow(/whoran keys generate/);
  });
});

describe('a change of the folder', () => {
  it('is followed by signers and verifiers, from an empty folder through a rotation', () => {
    const signer = openSigner(dir, { clock });
    const verifier = openVerifier(dir, { clock });
    const first = generateKey(dir, START);
    clock.advanceTo(START + 2000);
    const old = tokenOf(signer.sign(SESSION, SCOPE));
    const second = generateKey(dir, START + 2000);
    clock.advanceTo(START + 30_000);
    expect(signer.kid()).toBe(first.kid);
    clock.advanceTo(START + 62_000);
    expect(signer.kid()).toBe(second.kid);
    retireKey(dir, first.kid);
    clock.advanceTo(START + 64_000);
    expect(verifier.verify('test', old, SIGNED)).toBe('valid');
    expect(verifier.verify('test', tokenOf(signer.sign(SESSION, SCOPE)), SIGNED)).toBe('valid');
  });

  it('with a bad file keeps the old set and tells which file, until it is good again', () => {
    const { kid } = generateKey(dir, START);
    const reports: (readonly Issue[])[] = [];
    const verifier = openVerifier(dir, { clock, onReload: (issues) => reports.push(issues) });
    const token = tokenOf(openSigner(dir, { clock }).sign(SESSION, SCOPE));
    rmSync(join(dir, `${kid}.pub.pem`));
    writeFileSync(join(dir, 'bad.pub.pem'), 'nonsense');
    clock.advanceTo(START + 2000);
    expect(reports[0]).toEqual([expect.objectContaining({ code: 'bad-key-file', item: join(dir, 'bad.pub.pem') })]);
    expect(verifier.verify('test', token, SIGNED)).toBe('valid');
    rmSync(join(dir, 'bad.pub.pem'));
    clock.advanceTo(START + 4000);
    expect(reports[1]).toEqual([]);
    expect(verifier.verify('test', token, SIGNED)).toBe('unknown-key');
    verifier.close();
    generateKey(dir, START);
    clock.advanceTo(START + 10_000);
    expect(reports).toHaveLength(2);
  });

  const bad: [string, (kid: string) => void, RegExp][] = [
    ['a private key without its public one', (kid) => rmSync(join(dir, `${kid}.pub.pem`)), /missing or belongs to another key/],
    [
      'the public key of another',
      (kid) => writeFileSync(join(dir, `${kid}.pub.pem`), readFileSync(join(dir, `${generateKey(dir, START).kid}.pub.pem`))),
      /belongs to another key/,
    ],
    [
      'a private key under a public name',
      (kid) => writeFileSync(join(dir, 'x.pub.pem'), readFileSync(join(dir, `${kid}.key.pem`))),
      /not a public key/,
    ],
    ['a file of 100 kB', () => writeFileSync(join(dir, 'x.pub.pem'), 'x'.repeat(100_000)), /too long/],
    ['a file that is no PEM', () => writeFileSync(join(dir, 'x.key.pem'), 'x'), /x\.key\.pem/],
  ];
  it.each(bad)('at start, %s is refused', (_name, spoil, message) => {
    spoil(generateKey(dir, START).kid);
    expect(() => openSigner(dir, { clock })).toThrow(ConfigInvalid);
    expect(() => openSigner(dir, { clock })).toThrow(message);
  });

  it('leaves files of other names alone', () => {
    generateKey(dir, START);
    writeFileSync(join(dir, 'README.txt'), 'x');
    writeFileSync(join(dir, 'a b.pub.pem'), 'x');
    chmodSync(dir, 0o700);
    expect(openVerifier(dir, { clock }).size()).toBe(1);
  });
});
