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
