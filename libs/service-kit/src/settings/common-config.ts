import { IsIn, IsInt, IsOptional, IsString, IsUrl, Max, Min } from 'class-validator';
import type { LogLevel } from '../log/json-logger.ts';
import { Setting } from './setting.ts';
import { KafkaSettings } from './kafka-settings.ts';

/** Settings that every service has. */
export class CommonConfig extends KafkaSettings {
  @Setting({ env: 'WHORAN_LOG_LEVEL', kind: 'text', about: 'How much is logged: error, warn, info, debug or silent.' })
  @IsIn(['error', 'warn', 'info', 'debug', 'silent'])
  logLevel: LogLevel = 'info';

  @Setting({
    env: 'WHORAN_LISTEN_HOST',
    kind: 'text',
    about: 'Address to listen on. 127.0.0.1 keeps the service on this machine; 0.0.0.0 opens it.',
  })
  @IsString()
  host = '127.0.0.1';

  @Setting({
    env: 'WHORAN_STOP_GRACE',
    kind: 'duration',
    about:
      'How long a service that was told to stop still takes requests, while it says that it is not ready: the time that load balancers need to notice. At most 10s; 5s is right in Kubernetes.',
  })
  @IsInt()
  @Min(0)
  @Max(10_000, { message: 'must be 10s or less' })
  stopGrace = 0;

  @Setting({
    env: 'WHORAN_OTLP_ENDPOINT',
    kind: 'text',
    about:
      'Where traces go: the base URL of an OpenTelemetry collector that takes OTLP over HTTP, such as http://127.0.0.1:4318. Empty: no traces.',
  })
  @IsOptional()
  @IsUrl(
    { protocols: ['http', 'https'], require_protocol: true, require_tld: false, disallow_auth: true, allow_query_components: false },
    { message: 'must be a URL with http or https, without user, password and query' },
  )
  otlpEndpoint: string | undefined;
}
