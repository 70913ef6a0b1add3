import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ConfigInvalid, messageOf } from '@whoran/kernel';
import { type DevelopmentCertificates, generateKey, issueDevelopmentCertificates, listKeys } from '@whoran/keyring';
import type { Environment } from '@whoran/service-kit';
import type { Settings } from './settings.ts';

const ROUTER_TOKEN = 'router-token';

/** What was made for a machine where nobody gave keys, certificates and secrets. */
export interface Development {
  readonly folder: string;
  readonly cluster: string;
  readonly certificates: DevelopmentCertificates;
  /** What the ingesters want to see. */
  readonly ingestToken: string;
  /** The last part of the path at which the webhook is called. */
  readonly webhookSecret: string;
  /** The file with the token for the API of the alert router. */
  readonly routerTokenFile: string;
  /** The settings that these are the values of. */
  readonly environment: Environment;
}

/**
 * Makes what is missing in the data folder, and keeps what is there. Nobody else may look into it: it holds private keys.
 * Throws ConfigInvalid when the folder cannot be used.
 */
export async function prepareDevelopment(
  { own: { dataDir, publicHost }, webhook: { cluster } }: Pick<Settings, 'own' | 'webhook'>,
  env: Environment,
): Promise<Development> {
  const folder = resolve(dataDir);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
    const keys = join(folder, 'keys');
    if (!listKeys(keys).some(({ state }) => state !== 'retired')) generateKey(keys);
    const certificates = await issueDevelopmentCertificates(join(folder, 'tls'), [...new Set(['localhost', '127.0.0.1', publicHost])]);
    const ingestToken = secretIn(join(folder, 'secrets'), 'ingest-token');
    const webhookSecret = secretIn(join(folder, 'secrets'), 'webhook-path');
    secretIn(join(folder, 'secrets'), ROUTER_TOKEN);
    const routerTokenFile = join(folder, 'secrets', ROUTER_TOKEN);
    const credentials = credentialsIn(folder, cluster);
    const environment = environmentOf({ folder, keys, cluster, certificates, credentials, webhookSecret, routerTokenFile }, env);
    return { folder, cluster, certificates, ingestToken, webhookSecret, routerTokenFile, environment };
  } catch (error) {
    throw new ConfigInvalid(`WHORAN_DATA_DIR: ${folder} cannot be used: ${messageOf(error)}`);
  }
}

interface Made {
  readonly folder: string;
  readonly keys: string;
  readonly cluster: string;
  readonly certificates: DevelopmentCertificates;
  readonly credentials: string;
  readonly webhookSecret: string;
  readonly routerTokenFile: string;
}

/** What somebody set stays; a certificate of theirs is not paired with a key of ours. */
function environmentOf(made: Made, env: Environment): Environment {
  const { folder, keys, cluster, certificates, credentials, webhookSecret, routerTokenFile } = made;
  const { certFile, keyFile, caFile } = certificates;
  const defaults: Environment = {
    WHORAN_LOG_LEVEL: 'warn',
    WHORAN_WEBHOOK_CLUSTER: cluster,
    WHORAN_WEBHOOK_KEYS: keys,
    WHORAN_RESOLVER_KEYS_DIR: keys,
    WHORAN_AUDIT_CREDENTIALS_FILE: credentials,
    WHORAN_FALCO_CREDENTIALS_FILE: credentials,
    WHORAN_FORENSICS_DATA_DIR: join(folder, 'forensics'),
    ...(isSet(env, 'WHORAN_ROUTER_API_TOKENS') ? {} : { WHORAN_ROUTER_API_TOKENS_FILE: routerTokenFile }),
    ...(isSet(env, 'WHORAN_WEBHOOK_TLS_CERT') || isSet(env, 'WHORAN_WEBHOOK_TLS_KEY')
      ? {}
      : { WHORAN_WEBHOOK_TLS_CERT: certFile, WHORAN_WEBHOOK_TLS_KEY: keyFile }),
    ...(isSet(env, 'WHORAN_WEBHOOK_CLIENT_CA') ? {} : { WHORAN_WEBHOOK_CLIENT_CA: caFile, WHORAN_WEBHOOK_SECRET_PATH: webhookSecret }),
    // Over plain HTTP the API server sends no token.
    ...tlsOf('AUDIT', certificates, env),
    ...(isOpen(env) ? tlsOf('FALCO', certificates, env) : {}),
  };
  const own = Object.entries(defaults).filter(([name]) => !isSet(env, name));
  return { ...env, ...Object.fromEntries(own) };
}

function tlsOf(service: 'AUDIT' | 'FALCO', { certFile, keyFile }: DevelopmentCertificates, env: Environment): Environment {
  const [cert, key] = [`WHORAN_${service}_TLS_CERT_FILE`, `WHORAN_${service}_TLS_KEY_FILE`];
  return isSet(env, cert) || isSet(env, key) ? {} : { [cert]: certFile, [key]: keyFile };
}

/** Tokens do not cross a network in the clear: what listens for other machines speaks TLS. */
function isOpen(env: Environment): boolean {
  const host = env['WHORAN_LISTEN_HOST'];
  return host !== undefined && host !== '' && !['127.0.0.1', '::1', 'localhost'].includes(host);
}

function isSet(env: Environment, name: string): boolean {
  return Boolean(env[name]) || Boolean(env[`${name}_FILE`]);
}

function secretIn(folder: string, name: string): string {
  const file = join(folder, name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!existsSync(file)) writeFileSync(file, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}

/** Made once: whoever adds clusters to the file keeps them. */
function credentialsIn(folder: string, cluster: string): string {
  const file = join(folder, `credentials.${cluster}.yaml`);
  const text = `# Who may send audit and Falco events, and for which cluster. Read again when it changes.\nclusters:\n  ${JSON.stringify(cluster)}:\n    tokenFile: secrets/ingest-token\n`;
  if (!existsSync(file)) writeFileSync(file, text, { mode: 0o600 });
  return file;
}
