import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKey } from '@whoran/keyring';
import { RECORDED_CLUSTER, type RecordedKey } from './recording.ts';

/** A folder with what the services of a replay are configured with. */
export interface Workshop {
  /** The webhook's own signing key: what it signs is not used. */
  readonly webhookKeys: string;
  /** The keys that signed the recorded tokens. */
  readonly resolverKeys: string;
  readonly credentialsFile: string;
  /** With this the ingesters take input for the recorded cluster. */
  readonly token: string;
  remove(): void;
}

/** Makes the folder, in the system's folder for temporary files. */
export function openWorkshop(keys: readonly RecordedKey[], now: number): Workshop {
  const root = mkdtempSync(join(tmpdir(), 'whoran-replay-'));
  const token = randomBytes(24).toString('hex');
  const webhookKeys = join(root, 'webhook');
  const resolverKeys = join(root, 'resolver');
  const recorded = join(resolverKeys, 'clusters', RECORDED_CLUSTER);
  const credentialsFile = join(root, 'credentials.yaml');
  generateKey(webhookKeys, now);
  mkdirSync(recorded, { recursive: true });
  for (const { kid, pem } of keys) writeFileSync(join(recorded, `${kid}.pub.pem`), pem);
  writeFileSync(credentialsFile, `clusters: {${RECORDED_CLUSTER}: {tokens: ["${token}"]}}\n`, { mode: 0o600 });
  return { webhookKeys, resolverKeys, credentialsFile, token, remove: () => rmSync(root, { recursive: true, force: true }) };
}
