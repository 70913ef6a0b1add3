import { type KeyObject, createHash, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Result, err, ok } from '@whoran/kernel';
import { MINIMUM_KEY_AGE, chooseKey } from './choose-key.ts';
import { type KeyFile, readKeyFolder } from './key-folder.ts';
import { isKid, newKid } from './kid.ts';

/** active: signs now. standby: has a private key and does not sign. retired: only verifies what it signed before. */
export type KeyState = 'active' | 'standby' | 'retired';

/** A key of the folder, without the key. */
export interface KeyInfo {
  readonly kid: string;
  readonly state: KeyState;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** SHA-256 of the public key, as OpenSSH writes it: `SHA256:` and base64 without padding. */
  readonly fingerprint: string;
}

/**
 * Makes a key pair in the folder, which is created if need be. A webhook signs with it once it is old enough
 * (`MINIMUM_KEY_AGE`), so that resolvers have the public key before they meet a token of it.
 */
export function generateKey(dir: string, now: number = Date.now()): KeyInfo {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const kid = newKid(now, (name) => existsSync(publicPath(dir, name)) || existsSync(privatePath(dir, name)));
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  // The public key comes first: nobody may meet a private key whose tokens cannot be verified.
  writeWhole(publicPath(dir, kid), publicKey.export({ type: 'spki', format: 'pem' }), 0o644);
  writeWhole(privatePath(dir, kid), privateKey.export({ type: 'pkcs8', format: 'pem' }), 0o600);
  return (
    listKeys(dir, now).find((key) => key.kid === kid) ?? { kid, state: 'standby', createdAt: now, fingerprint: fingerprintOf(publicKey) }
  );
}

/** The keys at the top of the folder, newest first. Files that are no keys are left out; `readKeyFolder` names them. */
export function listKeys(dir: string, now: number = Date.now(), minimumAge: number = MINIMUM_KEY_AGE): readonly KeyInfo[] {
  const { privateKeys, publicKeys } = readKeyFolder(dir);
  const active = chooseKey(
    [...privateKeys.values()].filter(({ kid }) => publicKeys.has(kid)),
    now,
    minimumAge,
  )?.kid;
  const describe = ({ kid, key, createdAt }: KeyFile): KeyInfo => {
    const state = kid === active ? 'active' : privateKeys.has(kid) ? 'standby' : 'retired';
    return { kid, state, createdAt, fingerprint: fingerprintOf(key) };
  };
  return [...publicKeys.values()].map(describe).sort((a, b) => b.createdAt - a.createdAt || (a.kid < b.kid ? 1 : -1));
}

/** Why a key was not retired. */
export type RetireRefusal = 'invalid-kid' | 'unknown-key' | 'already-retired' | 'last-key';

/**
 * Removes the private key and keeps the public one, so that tokens signed before still verify. The last private key stays
 * unless `force` is set: without one, execs are no longer injected.
 */
export function retireKey(dir: string, kid: string, options: { readonly force?: boolean } = {}): Result<KeyInfo, RetireRefusal> {
  if (!isKid(kid)) return err('invalid-kid');
  const { privateKeys, publicKeys } = readKeyFolder(dir);
  const retiring = privateKeys.get(kid);
  if (!retiring) return err(publicKeys.has(kid) ? 'already-retired' : 'unknown-key');
  if (privateKeys.size === 1 && options.force !== true) return err('last-key');
  const publicKey = createPublicKey(retiring.key);
  if (!publicKeys.has(kid)) writeWhole(publicPath(dir, kid), publicKey.export({ type: 'spki', format: 'pem' }), 0o644);
  rmSync(privatePath(dir, kid));
  return ok({ kid, state: 'retired', createdAt: retiring.createdAt, fingerprint: fingerprintOf(publicKey) });
}

function privatePath(dir: string, kid: string): string {
  return join(dir, `${kid}.key.pem`);
}

function publicPath(dir: string, kid: string): string {
  return join(dir, `${kid}.pub.pem`);
}

/** Under another name first: a reader never meets half a file. */
function writeWhole(path: string, content: string | Buffer, mode: number): void {
  const draft = `${path}.${process.pid}.new`;
  writeFileSync(draft, content, { mode, flag: 'wx' });
  chmodSync(draft, mode);
  renameSync(draft, path);
}

function fingerprintOf(key: KeyObject): string {
  const digest = createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('base64');
  return `SHA256:${digest.replace(/=+$/, '')}`;
}
