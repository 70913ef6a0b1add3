import type { INestApplicationContext } from '@nestjs/common';
import { Bus } from '@whoran/bus';
import { Clock, Logger } from '@whoran/kernel';
import { Shutdown, followFile } from '@whoran/service-kit';
import { BusSink } from './event-sink.ts';
import type { IngestSettings } from './ingest-settings.ts';
import { Intake, type Plan } from './intake.ts';

/**
 * Follows the log file of the settings, if there is one. While the bus is away the file waits; nothing is skipped.
 * Call it in `prepare` of the service.
 */
export function followLog<T>(app: INestApplicationContext, settings: IngestSettings, plan: Plan<T>): void {
  const { followFile: path, followCluster: cluster, maxBodyBytes: maxLine } = settings;
  if (path === '') return;
  const source = { cluster, endpoint: `file:${path}` };
  // The file is its own spool: a copy on disk of what can be read again would only push out what cannot.
  const intake = app.get(Intake).withSink(new BusSink(app.get(Bus)));
  const onLines = async (lines: readonly Buffer[]) => {
    await intake.takeLines(source, lines, plan);
  };
  followFile({ path, onLines, maxLine, clock: app.get(Clock), logger: app.get(Logger), shutdown: app.get(Shutdown) });
}
