import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

interface Configuration {
  readonly metadata: object;
  readonly webhooks: readonly { readonly name: string; readonly clientConfig: object }[];
}

/** Where the webhook of the test listens. */
export interface WebhookAddress {
  readonly url: string;
  /** PEM. */
  readonly ca: string;
}

const FILE = new URL('../../../deploy/kubernetes/mutating-webhook.yaml', import.meta.url);

/** The configuration that operators copy, as it is but for its name, the address, and that only one namespace is concerned. */
export function webhookConfiguration(name: string, namespace: string, { url, ca }: WebhookAddress): object {
  const file = parse(readFileSync(FILE, 'utf8')) as Configuration;
  const webhooks = file.webhooks.map((webhook) => ({
    ...webhook,
    clientConfig: { url, caBundle: Buffer.from(ca).toString('base64') },
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
  }));
  return { ...file, metadata: { name }, webhooks };
}
