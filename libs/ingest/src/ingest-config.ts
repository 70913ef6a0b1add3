import { CommonConfig, Setting } from '@whoran/service-kit';
import { IsInt, IsNotEmpty, IsString, Matches, Max, Min, ValidateIf } from 'class-validator';
import type { IngestSettings } from './ingest-settings.ts';

/** In what the settings of ingesters differ. */
export interface IngestDefaults {
  /** The settings are named `WHORAN_<prefix>_…`. */
  readonly prefix: 'AUDIT' | 'FALCO';
  readonly port: number;
  /** Who identifies itself by a client certificate. */
  readonly senders: string;
  readonly maxBodyBytes: number;
  readonly leastMaxBodyBytes: number;
  readonly maxInFlightRequests: number;
  /** What the sender does after a 503. */
  readonly after503: string;
  /** What a line of the followed file is. */
  readonly line: string;
}

/**
 * Ten minutes at 2,000 events a second of 1.7 KB are 2 GB; half as much again is for what else comes. On disk they are
 * compressed, a few times smaller, but what an attacker fills them with need not be.
 */
const SPOOL_BYTES = 3_221_225_472;

/** Makes the class of settings that every ingester has, under the names of one. */
export function ingestConfig(own: IngestDefaults): new () => CommonConfig & IngestSettings & { port: number } {
  const env = naming(own);

  class IngestConfig extends limitsConfig(own) implements IngestSettings {
    @Setting({
      env: env('SPOOL_DIR'),
      kind: 'text',
      about:
        'Folder for events while Kafka is away, on a disk that outlives the process, of this process alone. Empty: no spool; the answer is then 503.',
    })
    @IsString()
    spoolDir = '';

    @Setting({
      env: env('SPOOL_MAX_BYTES'),
      kind: 'integer',
      about:
        'Bytes that the spool may have on disk. Beyond it the oldest events of the lowest class go first (docs/operations/backpressure.md).',
    })
    @IsInt()
    @Min(1_048_576)
    spoolMaxBytes = SPOOL_BYTES;

    @Setting({ env: env('FOLLOW_FILE'), kind: 'text', about: `${own.line}, to follow across rotation.` })
    @IsString()
    followFile = '';

    @Setting({ env: env('FOLLOW_CLUSTER'), kind: 'text', about: 'Cluster that the followed file is of.' })
    @ValidateIf((config: IngestConfig) => config.followFile !== '')
    @Matches(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, {
      message: 'must name the cluster of the followed file: letters, digits, dots, dashes and underscores',
    })
    followCluster = '';
  }
  return IngestConfig;
}

/** How much is taken at once. */
function limitsConfig(own: IngestDefaults) {
  const env = naming(own);

  class LimitsConfig extends doorConfig(own) {
    @Setting({ env: env('MAX_BODY_BYTES'), kind: 'integer', about: 'Largest body that is taken, and longest line of a followed file.' })
    @IsInt()
    @Min(own.leastMaxBodyBytes)
    @Max(268_435_456)
    maxBodyBytes = own.maxBodyBytes;

    @Setting({
      env: env('MAX_IN_FLIGHT_BYTES'),
      kind: 'integer',
      about: `Bytes of bodies held at once, of which one cluster gets at most half; beyond it the answer is 503, ${own.after503}.`,
    })
    @IsInt()
    @Min(1_048_576)
    maxInFlightBytes = 134_217_728;

    @Setting({
      env: env('MAX_IN_FLIGHT_REQUESTS'),
      kind: 'integer',
      about: 'Requests held at once, of which one cluster gets at most half; beyond it the answer is 503.',
    })
    @IsInt()
    @Min(1)
    maxInFlightRequests = own.maxInFlightRequests;
  }
  return LimitsConfig;
}

/** Where it listens, and whom it lets in. */
function doorConfig(own: IngestDefaults) {
  const env = naming(own);

  class DoorConfig extends CommonConfig {
    @Setting({ env: env('PORT'), kind: 'integer', about: 'Port to listen on; 0 takes any free one.' })
    @IsInt()
    @Min(0)
    @Max(65_535)
    port = own.port;

    @Setting({
      env: env('CREDENTIALS_FILE'),
      kind: 'text',
      about:
        'YAML file with the tokens and client certificates of each cluster, read again when it changes. Without it every request is answered 401.',
    })
    @IsString()
    credentialsFile = '';

    @Setting({
      env: env('TLS_CERT_FILE'),
      kind: 'text',
      about: 'Certificate of the server, PEM. Without it the service speaks plain HTTP.',
    })
    @ValidateIf((config: DoorConfig) => config.tlsKeyFile !== '' || config.tlsClientCaFile !== '')
    @IsNotEmpty({ message: 'must be given with the key and the client CA' })
    tlsCertFile = '';

    @Setting({ env: env('TLS_KEY_FILE'), kind: 'text', about: 'Private key of the server, PEM.' })
    @ValidateIf((config: DoorConfig) => config.tlsCertFile !== '')
    @IsNotEmpty({ message: 'must be given with the certificate' })
    tlsKeyFile = '';

    @Setting({
      env: env('TLS_CLIENT_CA_FILE'),
      kind: 'text',
      about: `CA of the client certificates with which ${own.senders} may identify themselves, PEM.`,
    })
    @IsString()
    tlsClientCaFile = '';
  }
  return DoorConfig;
}

function naming({ prefix }: IngestDefaults) {
  return <N extends string>(name: N) => `WHORAN_${prefix}_${name}` as const;
}
