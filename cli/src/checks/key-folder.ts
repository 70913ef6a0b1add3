import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckRecord } from '@whoran/forensics-api';
import { listKeys, readKeyFolder } from '@whoran/keyring';
import { messageOf, printIssue } from '@whoran/kernel';
import { bad, good, odd } from './check.ts';

/** Whether a folder has a key to sign with, and nobody else can read it. */
export function checkKeys(dir: string): readonly CheckRecord[] {
  try {
    const issues = readKeyFolder(dir).issues.map((issue) => odd('keys', printIssue(issue), 'remove the file, or write it anew'));
    return [activeKey(dir), ...permissions(dir), ...issues];
  } catch (error) {
    return [bad('keys', `the keys in ${dir} cannot be read: ${messageOf(error)}`, 'run this as a user who may read the folder')];
  }
}

function activeKey(dir: string): CheckRecord {
  const keys = listKeys(dir);
  const active = keys.find(({ state }) => state === 'active');
  if (active) return good('keys', `${dir} has ${keys.length === 1 ? 'one key' : `${keys.length} keys`}; ${active.kid} signs`);
  return bad('keys', `${dir} has no private key to sign with`, `whoran keys generate --dir ${dir}`);
}

function permissions(dir: string): readonly CheckRecord[] {
  const name = 'key-permissions';
  const files = readdirSync(dir)
    .filter((file) => file.endsWith('.key.pem'))
    .map((file) => join(dir, file));
  const open = files.filter((file) => (statSync(file).mode & 0o077) !== 0);
  if (files.length === 0) return [];
  if (open.length === 0) return [good(name, 'only their owner can read the private keys')];
  return open.map((file) =>
    bad(
      name,
      `others can read ${file} (mode ${(statSync(file).mode & 0o777).toString(8).padStart(4, '0')})`,
      `chmod 0600 ${file}; if others may have read it, make a new key and retire this one`,
    ),
  );
}
