/** What every ingester is configured with. The settings' names differ by service, so each declares its own. */
export interface IngestSettings {
  /** YAML file that says who may send for which cluster; empty: nobody may. */
  readonly credentialsFile: string;
  readonly maxBodyBytes: number;
  readonly maxInFlightBytes: number;
  readonly maxInFlightRequests: number;
  /** Log file to follow; empty: none. */
  readonly followFile: string;
  /** The cluster that the followed file is of. */
  readonly followCluster: string;
  readonly tlsCertFile: string;
  readonly tlsKeyFile: string;
  readonly tlsClientCaFile: string;
}
