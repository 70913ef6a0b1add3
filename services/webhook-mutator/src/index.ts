export { webhookMutator } from './webhook-mutator.ts';
export { WebhookMutatorConfig } from './webhook-mutator.config.ts';
export { type Blocked, Quarantine } from './quarantine/quarantine.ts';
