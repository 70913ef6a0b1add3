import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AlertRouterConfig } from '@whoran/alert-router';
import { type RunningServices, readSettings, startServices } from '@whoran/all-in-one';
import { InProcessBus } from '@whoran/bus';
import type { Logger } from '@whoran/kernel';
import { type FolderTokenVerifier, generateKey, issueDevelopmentCertificates, openVerifier } from '@whoran/keyring';
import { LineWriter } from '@whoran/outputs';
import { SystemClock } from '@whoran/service-kit';
import { AuditObserver } from './audit-observer.ts';

/** The word for the cluster in tokens and paths. */
export const CLUSTER = 'e2e';

/** Where whoran listens, and what it reads. */
export interface WhoranOptions {
  /** Of the administrator: pods are watched with it. */
  readonly kubeconfig: string;
  /** Port 0 for any. */
  readonly webhook: { readonly host: string; readonly port: number };
  readonly auditPort: number;
  readonly auditToken: string;
  readonly auditLog: string | undefined;
  readonly logger: Logger;
}

/** All of whoran in this process, and the files that steer it. */
export interface Whoran {
  readonly services: RunningServices;
  readonly audit: AuditObserver;
  readonly verifier: FolderTokenVerifier;
  readonly keysDir: string;
  /** For the MutatingWebhookConfiguration. */
  readonly webhook: { readonly url: string; readonly ca: string };
  /** Replaces the policy, or the list of those who are blocked; both are YAML, and looked at every 2 s. */
  writePolicy(yaml: string): void;
  writeQuarantine(yaml: string): void;
}

/** Starts whoran with fresh keys and certificates in a folder, and stores in memory. */
export async function startWhoran(folder: string, options: WhoranOptions): Promise<Whoran> {
  const paths = { keys: join(folder, 'keys'), tls: join(folder, 'tls'), policy: join(folder, 'policy.yaml'), quarantine: join(folder, 'quarantine.yaml'), credentials: join(folder, 'credentials.yaml') };
  const secretPath = randomBytes(24).toString('base64url');
  const { host, port } = options.webhook;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  generateKey(paths.keys);
  const tls = await issueDevelopmentCertificates(paths.tls, [host, ...(host === '127.0.0.1' ? ['localhost'] : [])]);
  for (const path of [paths.policy, paths.quarantine]) writeFileSync(path, '');
  writeFileSync(paths.credentials, JSON.stringify({ clusters: { [CLUSTER]: { tokens: [options.auditToken] } } }), { mode: 0o600 });

  const clock = new SystemClock();
  const bus = new InProcessBus(clock);
  const audit = await AuditObserver.on(bus);
  const services = await startServices(settingsOf(paths, { ...options, secretPath, cert: tls.certFile, key: tls.keyFile }), { bus, clock, logger: options.logger });
  const listening = new URL(services.webhook.url).port;
  return {
    services,
    audit,
    verifier: openVerifier(paths.keys, { clock }),
    keysDir: paths.keys,
    webhook: { url: `https://${host}:${port === 0 ? listening : port}/mutate/${secretPath}`, ca: readFileSync(tls.caFile, 'utf8') },
    writePolicy: (yaml) => writeFileSync(paths.policy, yaml),
    writeQuarantine: (yaml) => writeFileSync(paths.quarantine, yaml),
  };
}

type Paths = Readonly<Record<'keys' | 'policy' | 'quarantine' | 'credentials', string>>;

function settingsOf(paths: Paths, options: WhoranOptions & { readonly secretPath: string; readonly cert: string; readonly key: string }) {
  const anyPort = Object.fromEntries(['FORENSICS', 'FALCO', 'RESOLVER', 'ROUTER'].map((service) => [`WHORAN_${service}_PORT`, '0']));
  const environment = {
    ...anyPort,
    WHORAN_AUDIT_PORT: String(options.auditPort),
    WHORAN_AUDIT_CREDENTIALS_FILE: paths.credentials,
    WHORAN_FALCO_CREDENTIALS_FILE: paths.credentials,
    ...(options.auditLog === undefined ? {} : { WHORAN_AUDIT_FOLLOW_FILE: options.auditLog, WHORAN_AUDIT_FOLLOW_CLUSTER: CLUSTER }),
    WHORAN_RESOLVER_KEYS_DIR: paths.keys,
    WHORAN_FORENSICS_DATA_DIR: 'memory',
    WHORAN_WEBHOOK_CLUSTER: CLUSTER,
    WHORAN_WEBHOOK_PORT: String(options.webhook.port),
    WHORAN_WEBHOOK_KEYS: paths.keys,
    // Keys are rotated in the test, and nothing else reads them late.
    WHORAN_WEBHOOK_KEY_MINIMUM_AGE: '0s',
    WHORAN_WEBHOOK_TLS_CERT: options.cert,
    WHORAN_WEBHOOK_TLS_KEY: options.key,
    WHORAN_WEBHOOK_SECRET_PATH: options.secretPath,
    WHORAN_WEBHOOK_POLICY_FILE: paths.policy,
    WHORAN_WEBHOOK_QUARANTINE_FILE: paths.quarantine,
    WHORAN_WEBHOOK_KUBERNETES: 'kubeconfig',
    WHORAN_WEBHOOK_KUBECONFIG: options.kubeconfig,
  };
  const settings = readSettings(environment);
  const open = options.webhook.host === '127.0.0.1' ? settings : readSettings({ ...environment, WHORAN_LISTEN_HOST: '0.0.0.0' });
  return { ...settings, webhook: open.webhook, router: Object.assign(new AlertRouterConfig(), settings.router, { stdout: new Nowhere() }) };
}

/** Alerts are not what this test looks at. */
class Nowhere extends LineWriter {
  override async write(): Promise<void> {}
}
