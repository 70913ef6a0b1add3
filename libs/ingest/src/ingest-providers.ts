import type { Provider } from '@nestjs/common';
import { Bus } from '@whoran/bus';
import { Clock, Logger } from '@whoran/kernel';
import { Health, type HttpOptions, Metrics, Shutdown } from '@whoran/service-kit';
import { CredentialsFile } from './credentials-file.ts';
import { EventSink } from './event-sink.ts';
import { Gate } from './gate.ts';
import { InFlight } from './in-flight.ts';
import { IngestMetrics } from './ingest-metrics.ts';
import type { IngestSettings } from './ingest-settings.ts';
import { Intake } from './intake.ts';
import { openOutbox } from './outbox/open-outbox.ts';

/** What an ingester's module needs beside its own controller: gate, intake and sink. `stage` names the service. */
export function ingestProviders(stage: string, settings: IngestSettings): Provider[] {
  const { credentialsFile: path, maxBodyBytes: bodyLimit, maxInFlightBytes: bytes, maxInFlightRequests: requests } = settings;
  return [
    { provide: IngestMetrics, inject: [Metrics], useFactory: (metrics: Metrics) => new IngestMetrics(metrics) },
    {
      provide: EventSink,
      inject: [Bus, Clock, Logger, Metrics, Shutdown, Health],
      useFactory: (...[bus, clock, logger, metrics, shutdown, health]: [Bus, Clock, Logger, Metrics, Shutdown, Health]) =>
        openOutbox({ stage, settings, bus, clock, logger, metrics, shutdown, health }),
    },
    {
      provide: CredentialsFile,
      inject: [Clock, Logger, Metrics, Shutdown],
      useFactory: (clock: Clock, logger: Logger, metrics: Metrics, shutdown: Shutdown) =>
        CredentialsFile.open({ path, clock, logger, metrics, shutdown }),
    },
    { provide: InFlight, useValue: new InFlight({ bytes, requests }) },
    {
      provide: Gate,
      inject: [CredentialsFile, InFlight, IngestMetrics],
      useFactory: (credentials: CredentialsFile, inFlight: InFlight, metrics: IngestMetrics) =>
        new Gate({ credentials, inFlight, metrics, bodyLimit }),
    },
    {
      provide: Intake,
      inject: [EventSink, IngestMetrics, Clock, Logger],
      useFactory: (sink: EventSink, metrics: IngestMetrics, clock: Clock, logger: Logger) =>
        new Intake({ sink, metrics, clock, logger, stage }),
    },
  ];
}

/** How an ingester listens. */
export function ingestHttp(settings: IngestSettings & { readonly host: string; readonly port: number }): HttpOptions {
  const { host, port, maxBodyBytes: bodyLimit, tlsCertFile: certFile, tlsKeyFile: keyFile, tlsClientCaFile: clientCaFile } = settings;
  const tls = { certFile, keyFile, ...(clientCaFile === '' ? {} : { clientCaFile }) };
  return { host, port, bodyLimit, ...(certFile === '' ? {} : { tls }) };
}
