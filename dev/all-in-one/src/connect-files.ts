import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Development } from './development.ts';

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
  /** Settings of Falco. */
  readonly falco: string;
}

/** Writes the files anew, so that they fit the addresses and certificates of this start. */
export function writeConnectFiles(development: Development, addresses: Addresses): ConnectFiles {
  const { folder, certificates } = development;
  const ca = readFileSync(certificates.caFile).toString('base64');
  const connect = join(folder, 'connect');
  mkdirSync(connect, { recursive: true, mode: 0o700 });
  const write = (name: string, text: string) => {
    const file = join(connect, name);
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  };
  return {
    webhook: write('webhook.yaml', webhookConfiguration(`${addresses.webhook}/mutate/${development.webhookSecret}`, ca)),
    audit: write('audit-webhook.kubeconfig', auditKubeconfig(`${addresses.audit}/clusters/${development.cluster}/audit`, development, ca)),
    falco: write(
      'falco.yaml',
      falcoSettings(`${addresses.falco}/clusters/${development.cluster}/falco/${development.ingestToken}`, certificates.caFile),
    ),
  };
}

function webhookConfiguration(url: string, ca: string): string {
  return `apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata:
  name: whoran
webhooks:
  - name: exec.whoran.dev
    clientConfig:
      url: ${url}
      caBundle: ${ca}
    rules:
      - {apiGroups: [""], apiVersions: [v1], operations: [CONNECT], resources: [pods/exec, pods/attach, pods/portforward]}
      - {apiGroups: [""], apiVersions: [v1], operations: [UPDATE], resources: [pods/ephemeralcontainers]}
      - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}
    namespaceSelector:
      matchExpressions:
        - {key: kubernetes.io/metadata.name, operator: NotIn, values: [kube-system, whoran]}
    failurePolicy: Ignore
    reinvocationPolicy: Never
    sideEffects: NoneOnDryRun
    admissionReviewVersions: [v1]
    timeoutSeconds: 5
`;
}

function auditKubeconfig(server: string, { ingestToken }: Development, ca: string): string {
  const trust = server.startsWith('https:') ? `, certificate-authority-data: ${ca}` : '';
  return `apiVersion: v1
kind: Config
clusters:
  - name: whoran
    cluster: {server: "${server}"${trust}}
users:
  - name: api-server
    user: {token: "${ingestToken}"}
contexts:
  - name: whoran
    context: {cluster: whoran, user: api-server}
current-context: whoran
`;
}

function falcoSettings(url: string, caFile: string): string {
  const trust = url.startsWith('https:') ? `\n  ca_cert: ${caFile} # copy it to the node` : '';
  return `json_output: true
json_include_message_property: true
rule_matching: all
http_output:
  enabled: true
  url: "${url}"${trust}
`;
}
