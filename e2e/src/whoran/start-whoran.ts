import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AlertRouterConfig } from '@whoran/alert-router';
import { type RunningServices, readSettings, startServices } from '@whoran/all-in-one';
import { InProcessBus } from '@whoran/bus';
import type { Logger } from '@whoran/kernel';
import {
  type DevelopmentCertificates,
  type FolderTokenVerifier,
  generateKey,
  issueDevelopmentCertificates,
  openVerifier,
} from '@whoran/keyring';
import { LineWriter } from '@whoran/outputs';
import { SystemClock } from '@whoran/service-kit';
import { freePort } from '../run/free-port.ts';
import { type RouterFiles, writeRouterFiles } from './router-files.ts';
import type { AuditTarget } from './audit-door.ts';
import { AuditObserver } from './audit-observer.ts';
import { CLUSTER } from './cluster-name.ts';

/** What must be known before a cluster is brought up, because its API server is told of it. */
export interface Prepared {
  readonly folder: string;
  readonly auditPort: number;
  readonly auditToken: string;
  readonly tls: DevelopmentCertificates;
}

/** Makes certificates for the address at which the webhook and the audit-ingester are called, and a token. */
export async function prepareWhoran(folder: string, host: string): Promise<Prepared> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const tls = await issueDevelopmentCertificates(join(folder, 'tls'), [...new Set([host, '127.0.0.1'])]);
  return { folder, tls, auditPort: await freePort(), auditToken: randomToken() };
}

/** Where whoran listens, and what it reads. */
export interface WhoranOptions {
  /** Of the administrator: pods are watched with it. */
  readonly kubeconfig: string;
  /** Of whom the alert router responds as. */
  readonly responder: string;
  /** Port 0 for any. */
  readonly webhook: { readonly host: string; readonly port: number };
  readonly auditLog: string | undefined;
  readonly logger: Logger;
}

/** All of whoran in this process, and the files that steer it. */
export interface Whoran {
  readonly services: RunningServices;
  readonly audit: AuditObserver;
  readonly verifier: FolderTokenVerifier;
  readonly keysDir: string;
  readonly auditTarget: AuditTarget;
  /** Of two people, for the API of the alert router. */
  readonly tokens: { readonly ana: string; readonly bob: string };
  /** For the MutatingWebhookConfiguration. */
  readonly webhook: { readonly url: string; readonly ca: string };
  /** Replaces the policy, or the list of those who are blocked; both are YAML, and looked at every 2 s. */
  writePolicy(yaml: string): void;
  writeQuarantine(yaml: string): void;
}

/** Starts whoran with a fresh key, and stores in memory. */
export async function startWhoran(prepared: Prepared, options: WhoranOptions): Promise<Whoran> {
  const { folder, tls, auditPort, auditToken: token } = prepared;
  const paths = {
    keys: join(folder, 'keys'),
    policy: join(folder, 'policy.yaml'),
    quarantine: join(folder, 'quarantine.yaml'),
    credentials: join(folder, 'credentials.yaml'),
  };
  const secretPath = randomToken();
  const tokens = { ana: randomToken(), bob: randomToken() };
  const router = writeRouterFiles(folder, options.responder);
  const { host, port } = options.webhook;
  generateKey(paths.keys);
  for (const path of [paths.policy, paths.quarantine]) writeFileSync(path, '');
  writeFileSync(paths.credentials, JSON.stringify({ clusters: { [CLUSTER]: { tokens: [token] } } }), { mode: 0o600 });

  const clock = new SystemClock();
  const bus = new InProcessBus(clock);
  const audit = await AuditObserver.on(bus);
  const services = await startServices(settingsOf(paths, { ...options, secretPath, auditPort, tls, tokens, router }), {
    bus,
    clock,
    logger: options.logger,
  });
  const ca = readFileSync(tls.caFile, 'utf8');
  const listening = new URL(services.webhook.url).port;
  return {
    services,
    audit,
    verifier: openVerifier(paths.keys, { clock }),
    keysDir: paths.keys,
    tokens,
    auditTarget: { url: auditUrl(auditPort), token, ca },
    webhook: { url: `https://${host}:${port === 0 ? listening : port}/mutate/${secretPath}`, ca },
    writePolicy: (yaml) => writeFileSync(paths.policy, yaml),
    writeQuarantine: (yaml) => writeFileSync(paths.quarantine, yaml),
  };
}

/** Where the API server posts its audit events. */
export function auditUrl(port: number): string {
  return `https://127.0.0.1:${port}/clusters/${CLUSTER}/audit`;
}

type Paths = Readonly<Record<'keys' | 'policy' | 'quarantine' | 'credentials', string>>;

function settingsOf(
  paths: Paths,
  options: WhoranOptions &
    Pick<Prepared, 'auditPort' | 'tls'> &
    Pick<Whoran, 'tokens'> & { readonly secretPath: string; readonly router: RouterFiles },
) {
  const anyPort = Object.fromEntries(['FORENSICS', 'FALCO', 'RESOLVER', 'ROUTER'].map((service) => [`WHORAN_${service}_PORT`, '0']));
  const environment = {
    ...anyPort,
    WHORAN_AUDIT_PORT: String(options.auditPort),
    WHORAN_AUDIT_CREDENTIALS_FILE: paths.credentials,
    WHORAN_AUDIT_TLS_CERT_FILE: options.tls.certFile,
    WHORAN_AUDIT_TLS_KEY_FILE: options.tls.keyFile,
    WHORAN_FALCO_CREDENTIALS_FILE: paths.credentials,
    ...(options.auditLog === undefined ? {} : { WHORAN_AUDIT_FOLLOW_FILE: options.auditLog, WHORAN_AUDIT_FOLLOW_CLUSTER: CLUSTER }),
    WHORAN_RESOLVER_KEYS_DIR: paths.keys,
    WHORAN_ROUTER_API_TOKENS: Object.entries(options.tokens)
      .map(([name, value]) => `${name}:${value}`)
      .join(' '),
    WHORAN_ROUTER_RULES_FILES: `shipped,${options.router.rules}`,
    WHORAN_ROUTER_ROUTES_FILE: options.router.routes,
    WHORAN_ROUTER_RESPONSE_FILE: options.router.response,
    WHORAN_FORENSICS_DATA_DIR: 'memory',
    WHORAN_WEBHOOK_CLUSTER: CLUSTER,
    WHORAN_WEBHOOK_PORT: String(options.webhook.port),
    WHORAN_WEBHOOK_KEYS: paths.keys,
    // Keys are rotated in the test, and nothing else reads them late.
    WHORAN_WEBHOOK_KEY_MINIMUM_AGE: '0s',
    WHORAN_WEBHOOK_TLS_CERT: options.tls.certFile,
    WHORAN_WEBHOOK_TLS_KEY: options.tls.keyFile,
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

function randomToken(): string {
  return randomBytes(24).toString('base64url');
}

/** Alerts are not what this test looks at. */
class Nowhere extends LineWriter {
  override async write(): Promise<void> {}
}
