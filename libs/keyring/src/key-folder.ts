/**
 * <dir>/<kid>.key.pem                      private, PKCS8, mode 0600
 * <dir>/<kid>.pub.pem                      public, SPKI, valid for every cluster
 * <dir>/clusters/<cluster>/<kid>.pub.pem   public, valid for that cluster only
 *
 * Everything else in the folder is left alone.
 */
import { type KeyObject, createPrivateKey, createPublicKey } from 'node:crypto';
import { type Stats, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Issue, messageOf } from '@whoran/kernel';
import { timeOfKid } from './kid.ts';

/** A PEM file of an Ed25519 key has about 120 bytes; what is far larger is something else. */
const MAX_FILE = 16_384;
/** A folder with more keys than this is not a keyring. */
const MAX_KEYS = 1000;
const FILE_NAME = /^([A-Za-z0-9_-]{1,64})\.(key|pub)\.pem$/;
const CLUSTER = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

/** A key file that could be read. `createdAt` is in milliseconds: what the kid says, or else when the file was written. */
export interface KeyFile {
  readonly kid: string;
  readonly key: KeyObject;
  readonly createdAt: number;
}

/** What a folder holds. Files that are no Ed25519 keys are issues and missing from the maps. */
export interface KeyFolder {
  readonly privateKeys: ReadonlyMap<string, KeyFile>;
  readonly publicKeys: ReadonlyMap<string, KeyFile>;
  readonly issues: readonly Issue[];
}

/** Reads the keys at the top of a folder. A folder that does not exist is empty. */
export function readKeyFolder(dir: string): KeyFolder {
  const privateKeys = new Map<string, KeyFile>();
  const publicKeys = new Map<string, KeyFile>();
  const issues: Issue[] = [];
  for (const { kid, kind, path } of keyFilesIn(dir, issues)) {
    try {
      const file = { kid, key: readKey(path, kind), createdAt: timeOfKid(kid) ?? statSync(path).mtimeMs };
      (kind === 'key' ? privateKeys : publicKeys).set(kid, file);
    } catch (error) {
      issues.push({ code: 'bad-key-file', item: path, message: messageOf(error) });
    }
  }
  return { privateKeys, publicKeys, issues };
}

/** The folders of clusters that have their own keys, by cluster. */
export function clusterFolders(dir: string): ReadonlyMap<string, string> {
  const root = join(dir, 'clusters');
  const names = namesIn(root).filter((name) => CLUSTER.test(name) && statOf(join(root, name))?.isDirectory());
  return new Map(names.map((name) => [name, join(root, name)]));
}

/** A text that changes when any key file appears, disappears or is written. */
export function fingerprintOfFolder(dir: string): string {
  const folders = [dir, ...clusterFolders(dir).values()];
  const paths = folders.flatMap((folder) => keyFilesIn(folder, []).map(({ path }) => path));
  return paths.map((path) => fingerprintOfFile(path)).join('\n');
}

function fingerprintOfFile(path: string): string {
  const stat = statOf(path);
  return stat ? `${path} ${stat.ino} ${stat.size} ${stat.mtimeMs}` : path;
}

function readKey(path: string, kind: 'key' | 'pub'): KeyObject {
  const { size } = statSync(path);
  if (size > MAX_FILE) throw new Error(`is ${size} bytes long, too long for an Ed25519 key`);
  const pem = readFileSync(path, 'utf8');
  // createPublicKey would derive a public key from a private one: a private key under a public name is a mistake to report.
  if (kind === 'pub' && !pem.includes('BEGIN PUBLIC KEY')) throw new Error('is not a public key in SPKI form (PEM)');
  const key = kind === 'key' ? createPrivateKey(pem) : createPublicKey(pem);
  if (key.asymmetricKeyType !== 'ed25519') throw new Error(`is a key of type ${key.asymmetricKeyType}, not ed25519`);
  return key;
}

function keyFilesIn(dir: string, issues: Issue[]): { kid: string; kind: 'key' | 'pub'; path: string }[] {
  const files: { kid: string; kind: 'key' | 'pub'; path: string }[] = [];
  for (const name of namesIn(dir, issues)) {
    const match = FILE_NAME.exec(name);
    if (match) files.push({ kid: match[1] ?? '', kind: match[2] === 'key' ? 'key' : 'pub', path: join(dir, name) });
  }
  if (files.length > MAX_KEYS)
    issues.push({ code: 'too-many-keys', item: dir, message: `holds more than ${MAX_KEYS} key files; only the first are used` });
  return files.slice(0, MAX_KEYS);
}

/** A folder that is not there (yet) holds nothing; one that cannot be read is an issue. */
function namesIn(dir: string, issues: Issue[] = []): string[] {
  try {
    return readdirSync(dir).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') issues.push({ code: 'bad-key-folder', item: dir, message: messageOf(error) });
    return [];
  }
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined; // not ours to look at: reading it, if that is tried, says why
  }
}
