import type { IngestSettings } from '@whoran/ingest';
import { CommonConfig, Setting } from '@whoran/service-kit';
import { IsInt, IsNotEmpty, IsString, Matches, Max, Min, ValidateIf } from 'class-validator';

/** The settings of the Falco ingester. */
export class FalcoIngesterConfig extends CommonConfig implements IngestSettings {
  @Setting({ env: 'WHORAN_FALCO_PORT', kind: 'integer', about: 'Port to listen on; 0 takes any free one.' })
  @IsInt()
  @Min(0)
  @Max(65_535)
  port = 8082;

  @Setting({
    env: 'WHORAN_FALCO_CREDENTIALS_FILE',
    kind: 'text',
    about:
      'YAML file with the tokens and client certificates of each cluster, read again when it changes. Without it every request is answered 401.',
  })
  @IsString()
  credentialsFile = '';

  @Setting({
    env: 'WHORAN_FALCO_TLS_CERT_FILE',
    kind: 'text',
    about: 'Certificate of the server, PEM. Without it the service speaks plain HTTP.',
  })
  @ValidateIf((config: FalcoIngesterConfig) => config.tlsKeyFile !== '' || config.tlsClientCaFile !== '')
  @IsNotEmpty({ message: 'must be given with the key and the client CA' })
  tlsCertFile = '';

  @Setting({ env: 'WHORAN_FALCO_TLS_KEY_FILE', kind: 'text', about: 'Private key of the server, PEM.' })
  @ValidateIf((config: FalcoIngesterConfig) => config.tlsCertFile !== '')
  @IsNotEmpty({ message: 'must be given with the certificate' })
  tlsKeyFile = '';

  @Setting({
    env: 'WHORAN_FALCO_TLS_CLIENT_CA_FILE',
    kind: 'text',
    about: 'CA of the client certificates with which Falco may identify itself, PEM.',
  })
  @IsString()
  tlsClientCaFile = '';

  @Setting({
    env: 'WHORAN_FALCO_MAX_BODY_BYTES',
    kind: 'integer',
    about: 'Largest body that is taken, and longest line of a followed file.',
  })
  @IsInt()
  @Min(65_536)
  @Max(268_435_456)
  maxBodyBytes = 16_777_216;

  @Setting({
    env: 'WHORAN_FALCO_MAX_IN_FLIGHT_BYTES',
    kind: 'integer',
    about: 'Bytes of bodies held at once; beyond it the answer is 503. Falco does not try again: make it large.',
  })
  @IsInt()
  @Min(1_048_576)
  maxInFlightBytes = 134_217_728;

  @Setting({ env: 'WHORAN_FALCO_MAX_IN_FLIGHT_REQUESTS', kind: 'integer', about: 'Requests held at once; beyond it the answer is 503.' })
  @IsInt()
  @Min(1)
  maxInFlightRequests = 20_000;

  @Setting({ env: 'WHORAN_FALCO_FOLLOW_FILE', kind: 'text', about: 'File of Falco JSON lines to follow (file_output), across rotation.' })
  @IsString()
  followFile = '';

  @Setting({ env: 'WHORAN_FALCO_FOLLOW_CLUSTER', kind: 'text', about: 'Cluster that the followed file is of.' })
  @ValidateIf((config: FalcoIngesterConfig) => config.followFile !== '')
  @Matches(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, {
    message: 'must name the cluster of the followed file: letters, digits, dots, dashes and underscores',
  })
  followCluster = '';
}
