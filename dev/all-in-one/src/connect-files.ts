import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseDocument } from 'yaml';
import type { Development } from './development.ts';

const DEPLOY = fileURLToPath(new URL('../../../deploy', import.meta.url));

/** Where clusters reach the three services that take input. */
export interface Addresses {
  readonly webhook: string;
  readonly audit: string;
  readonly falco: string;
}

/** Files that connect a cluster, ready to use. They hold secrets. */
export interface ConnectFiles {
  /** A MutatingWebhookConfiguration. */
  readonly webhook: string;
  /** A kubeconfig for `--audit-webhook-config-file` of the API server. */
  readonly audit: string;
  /** Settings of Falco, to be merged into its own. */
  readonly falco: string;
}

/** Writes the files anew, so that they fit the addresses and certificates of this start. */
export function writeConnectFiles(development: Development, addresses: Addresses): ConnectFiles {
  const { folder, cluster, certificates, ingestToken, webhookSecret } = development;
  const connect = join(folder, 'connect');
  mkdirSync(connect, { recursive: true, mode: 0o700 });
  const write = (name: string, text: string) => {
    const file = join(connect, name);
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  };
  const ca = readFileSync(certificates.caFile).toString('base64');
  return {
    webhook: write(
      'webhook.yaml',
      filled('kubernetes/mutating-webhook.yaml', {
        'webhooks.0.clientConfig': { url: `${addresses.webhook}/mutate/${webhookSecret}`, caBundle: ca },
      }),
    ),
    audit: write(
      'audit-webhook.kubeconfig.yaml',
      filled('kubernetes/audit-webhook.kubeconfig.yaml', {
        'clusters.0.cluster': { server: `${addresses.audit}/clusters/${cluster}/audit`, 'certificate-authority-data': ca },
        'users.0.user': { token: ingestToken },
      }),
    ),
    falco: write(
      'falco.yaml.snippet',
      filled('falco/falco.yaml.snippet', {
        'http_output.url': `${addresses.falco}/clusters/${cluster}/falco/${ingestToken}`,
        'http_output.ca_cert': addresses.falco.startsWith('https:') ? certificates.caFile : undefined,
      }),
    ),
  };
}

/** The files of `deploy/` with the values of this start in them, and their comments, which say why each line is there. */
function filled(file: string, values: Readonly<Record<string, unknown>>): string {
  const document = parseDocument(readFileSync(join(DEPLOY, file), 'utf8'));
  for (const [path, value] of Object.entries(values)) {
    const keys = path.split('.').map((key) => (/^\d+$/.test(key) ? Number(key) : key));
    if (value === undefined) document.deleteIn(keys);
    else document.setIn(keys, value);
  }
  return document.toString({ lineWidth: 0 });
}
