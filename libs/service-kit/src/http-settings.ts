import { Setting } from './setting.ts';
import { IsIn, IsString } from 'class-validator';
import type { LogLevel } from './json-logger.ts';

/** Settings that every service has. */
export class CommonConfig {
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
}

/** What a service that listens with TLS is configured with. All three are paths of PEM files, read again when they change. */
export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
  /** Certificates of those who sign client certificates; with it, callers may identify themselves by certificate. */
  readonly clientCaFile?: string;
}

/** How the HTTP side of a service listens. */
export interface HttpOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly bodyLimit: number;
  readonly tls?: TlsFiles;
  /** Refuse TLS callers without a certificate of `clientCaFile`. */
  readonly requireClientCertificate?: boolean;
}
