import { ingestConfig } from '@whoran/ingest';
import { Refuse, Setting } from '@whoran/service-kit';
import { IsInt, Max, Min } from 'class-validator';

/** The settings of the Falco ingester. */
export class FalcoIngesterConfig extends ingestConfig({
  prefix: 'FALCO',
  port: 8082,
  senders: 'Falcos',
  maxBodyBytes: 16_777_216,
  leastMaxBodyBytes: 65_536,
  maxInFlightRequests: 20_000,
  after503: 'and Falco does not try again: make it large',
  line: 'File of Falco JSON lines (file_output)',
}) {
  @Setting({
    env: 'WHORAN_FALCO_CLUSTER_RATE',
    kind: 'integer',
    about:
      'Events a second of one cluster, in this process, beyond which its events go through the spool and reach Kafka at this rate. 0: no limit; clusters then share what there is in turns.',
  })
  @IsInt()
  @Min(0)
  @Max(1_000_000)
  @Refuse('needs WHORAN_FALCO_SPOOL_DIR', (all: FalcoIngesterConfig) => all.clusterRate > 0 && all.spoolDir === '')
  override clusterRate = 0;
}
