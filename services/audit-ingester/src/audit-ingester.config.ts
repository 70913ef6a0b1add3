import { ingestConfig } from '@whoran/ingest';
import { Setting } from '@whoran/service-kit';
import { IsNotEmpty } from 'class-validator';

/** The settings of the audit ingester. API servers send batches of many megabytes. */
export class AuditIngesterConfig extends ingestConfig({
  prefix: 'AUDIT',
  port: 8081,
  senders: 'API servers',
  maxBodyBytes: 33_554_432,
  leastMaxBodyBytes: 16_777_216,
  maxInFlightRequests: 256,
  after503: 'and the API server tries again',
  line: 'Audit log file, one JSON event a line',
}) {
  @Setting({
    env: 'WHORAN_AUDIT_WEBHOOK_NAME',
    kind: 'text',
    about: 'Name of our webhook in the MutatingWebhookConfiguration: the audit annotations carry it.',
  })
  @IsNotEmpty()
  webhookName = 'exec.whoran.dev';
}
