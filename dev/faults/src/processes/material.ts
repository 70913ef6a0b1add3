import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DevelopmentCertificates, generateKey, issueDevelopmentCertificates } from '@whoran/keyring';

/** Keys, certificates, secrets and files that the services need. */
export interface Material {
  readonly folder: string;
  readonly logs: string;
  readonly certificates: DevelopmentCertificates;
  readonly credentialsFile: string;
  readonly routesFile: string;
  /** What a cluster shows to ingesters. */
  readonly tokenOf: (cluster: string) => string;
  readonly webhookSecret: string;
  /** The folder with the public keys of all clusters. */
  readonly publicKeys: string;
  /** The folder with the signing key of a cluster. */
  readonly keysOf: (cluster: string) => string;
}

const AN_HOUR = 3_600_000;

/** Makes everything in a new folder under the system's temporary one. `receivers` are where each alert goes: `faults`, and `other` if there is a second. */
export async function makeMaterial(clusters: readonly string[], ...receivers: readonly [string, string?]): Promise<Material> {
  const folder = mkdtempSync(join(tmpdir(), 'whoran-faults-'));
  const logs = join(folder, 'logs');
  mkdirSync(logs);
  const [publicKeys, keysOf] = makeKeys(folder, clusters);
  const certificates = await issueDevelopmentCertificates(join(folder, 'tls'), ['127.0.0.1', 'localhost']);
  const [secret, webhookSecret] = [randomBytes(24).toString('hex'), randomBytes(24).toString('hex')];
  const tokenOf = (cluster: string) => `${cluster}-${secret}`;
  const credentialsFile = join(folder, 'credentials.yaml');
  writeFileSync(credentialsFile, `clusters:\n${clusters.map((name) => `  ${name}: { tokens: ['${tokenOf(name)}'] }\n`).join('')}`);
  const routesFile = join(folder, 'routes.yaml');
  writeFileSync(routesFile, routesTo(...receivers));
  return { folder, logs, certificates, credentialsFile, routesFile, tokenOf, webhookSecret, publicKeys, keysOf };
}

/** Every cluster has a key of its own, and resolvers take its tokens for that cluster only. */
function makeKeys(folder: string, clusters: readonly string[]): [string, (cluster: string) => string] {
  const resolvers = join(folder, 'public-keys');
  const keysOf = (cluster: string) => join(folder, 'keys', cluster);
  for (const cluster of clusters) {
    // Old enough to sign at once.
    const { kid } = generateKey(keysOf(cluster), Date.now() - AN_HOUR);
    const own = join(resolvers, 'clusters', cluster);
    mkdirSync(own, { recursive: true });
    copyFileSync(join(keysOf(cluster), `${kid}.pub.pem`), join(own, `${kid}.pub.pem`));
  }
  return [resolvers, keysOf];
}

function routesTo(url: string, other?: string): string {
  const receiver = (name: string, at: string) => `  - name: ${name}\n    webhook: { url: '${at}', timeout: 10s }\n`;
  if (other === undefined) return `route: { receiver: faults }\nreceivers:\n${receiver('faults', url)}`;
  const routes = 'routes: [{ receiver: other, continue: true }, { receiver: faults }]';
  return `route: { receiver: faults, ${routes} }\nreceivers:\n${receiver('faults', url)}${receiver('other', other)}`;
}
