/** What every ingester is configured with. */
export interface IngestSettings {
  /** YAML file that says who may send for which cluster; empty: nobody may. */
  credentialsFile: string;
  maxBodyBytes: number;
  maxInFlightBytes: number;
  maxInFlightRequests: number;
  /** Folder of the spool; empty: none. */
  spoolDir: string;
  spoolMaxBytes: number;
  /** Events a second and cluster beyond which they go through the spool; 0 or nothing: any number. */
  clusterRate?: number;
  /** Log file to follow; empty: none. */
  followFile: string;
  /** The cluster that the followed file is of. */
  followCluster: string;
  tlsCertFile: string;
  tlsKeyFile: string;
  tlsClientCaFile: string;
}
