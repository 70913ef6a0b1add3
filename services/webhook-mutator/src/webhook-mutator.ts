import { Health, type HttpOptions, type ServiceDefinition } from '@whoran/service-kit';
import { MAX_BODY } from './admission/admission.controller.ts';
import { refuseStrangers } from './callers/refuse-strangers.ts';
import { WebhookMutatorConfig } from './webhook-mutator.config.ts';
import { WebhookMutatorModule } from './webhook-mutator.module.ts';

/** The admission webhook: puts the identity token into exec sessions and publishes them. */
export const webhookMutator: ServiceDefinition<WebhookMutatorConfig> = {
  name: 'webhook-mutator',
  config: WebhookMutatorConfig,
  module: (config) => WebhookMutatorModule.with(config),
  http: httpOptions,
  prepare: (app) => {
    refuseStrangers(app);
    // Identity gets into sessions whether or not the bus is there, and sessions wait for it. A webhook that is taken away for an
    // outage of Kafka would leave the execs of that time without identity, or forbid them.
    app.get(Health).add('bus', () => undefined);
  },
};

/** Certificates are asked for and not required: probes have none, and strangers get an answer that says what is missing. */
function httpOptions({ host, port, tlsCert, tlsKey, clientCa }: WebhookMutatorConfig): HttpOptions {
  const tls =
    tlsCert !== undefined && tlsKey !== undefined
      ? { tls: { certFile: tlsCert, keyFile: tlsKey, ...(clientCa === undefined ? {} : { clientCaFile: clientCa }) } }
      : {};
  return { host, port, bodyLimit: MAX_BODY, ...tls };
}
