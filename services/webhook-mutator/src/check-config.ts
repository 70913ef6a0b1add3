import { ConfigInvalid } from '@whoran/kernel';
import type { WebhookMutatorConfig } from './webhook-mutator.config.ts';

/** Refuses settings that do not fit together. Throws ConfigInvalid with one line per problem. */
export function checkConfig(config: WebhookMutatorConfig): void {
  const problems: string[] = [];
  if (config.cluster === '') problems.push('WHORAN_WEBHOOK_CLUSTER: must be set');
  if ((config.tlsCert === undefined) !== (config.tlsKey === undefined))
    problems.push('WHORAN_WEBHOOK_TLS_CERT: and WHORAN_WEBHOOK_TLS_KEY must be set together');
  if (config.clientCa !== undefined && config.tlsCert === undefined)
    problems.push('WHORAN_WEBHOOK_CLIENT_CA: needs WHORAN_WEBHOOK_TLS_CERT and WHORAN_WEBHOOK_TLS_KEY');
  if (config.clientNames.length > 0 && config.clientCa === undefined)
    problems.push('WHORAN_WEBHOOK_CLIENT_NAMES: needs WHORAN_WEBHOOK_CLIENT_CA');
  if (config.kubernetes === 'kubeconfig' && config.kubeconfig === undefined)
    problems.push('WHORAN_WEBHOOK_KUBECONFIG: must be set when WHORAN_WEBHOOK_KUBERNETES is kubeconfig');
  if (!config.allowUnauthenticated) problems.push(...problemsOfTrust(config));
  if (problems.length > 0) throw new ConfigInvalid(problems.join('\n'));
}

function problemsOfTrust(config: WebhookMutatorConfig): string[] {
  const problems: string[] = [];
  if (config.tlsCert === undefined) problems.push('WHORAN_WEBHOOK_TLS_CERT: must be set: the API server calls webhooks over HTTPS only');
  if (config.clientCa === undefined && config.secretPath === undefined) {
    problems.push(
      'WHORAN_WEBHOOK_CLIENT_CA: or WHORAN_WEBHOOK_SECRET_PATH must be set, or any pod could have tokens signed (for development: WHORAN_WEBHOOK_ALLOW_UNAUTHENTICATED=true)',
    );
  }
  return problems;
}
