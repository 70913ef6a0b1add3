/** An rsyslog that a spec has for itself. */
export interface RsyslogServer {
  readonly ports: RsyslogPorts;
  /** The file with a line of JSON for every message, as rsyslog understood it. */
  readonly output: string;
  /** Asks it to end and waits. */
  stop(): Promise<void>;
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>;
}

/** Where it listens on the loopback interface. */
export interface RsyslogPorts {
  readonly udp: number;
  readonly tcp: number;
  readonly tls: number;
}

/** How it is started. */
export interface RsyslogServerOptions {
  readonly tls: {
    readonly caFile: string;
    readonly certFile: string;
    readonly keyFile: string;
    /** Whether callers must show a certificate of the CA. */
    readonly verify?: boolean;
  };
  readonly ports?: RsyslogPorts;
  readonly folder?: string;
}

interface ServerModule {
  startRsyslog(options: RsyslogServerOptions): Promise<RsyslogServer>;
}

/** Starts an rsyslog, which is installed if need be. It ends with this process at the latest. */
export async function startRsyslog(options: RsyslogServerOptions): Promise<RsyslogServer> {
  // The tools are plain JavaScript, so that they run before anything is transpiled.
  const path = new URL('../../../tools/servers/rsyslog.mjs', import.meta.url).href;
  const module = (await import(path)) as ServerModule;
  return module.startRsyslog(options);
}
