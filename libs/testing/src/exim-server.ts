/** A mail server that a spec has for itself. */
export interface EximServer {
  readonly ports: {
    /** With STARTTLS. */
    readonly plain: number;
    /** With TLS from the first byte. */
    readonly tls: number;
  };
  /** The folder with a file for every mail that was taken; there is none before the first. */
  readonly mails: string;
  /** Asks it to end and waits. */
  stop(): Promise<void>;
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>;
  /** Freezes it: it takes connections and says nothing. */
  pause(): void;
  resume(): void;
}

/** How it is started. */
export interface EximServerOptions {
  readonly tls: { readonly certFile: string; readonly keyFile: string };
  /** Passwords by user name; with any, mail is taken only after a login. */
  readonly logins?: Readonly<Record<string, string>>;
  readonly ports?: EximServer['ports'];
}

interface ServerModule {
  startExim(options: EximServerOptions): Promise<EximServer>;
}

/** Starts an Exim, which is installed if need be: it puts off mail for `later@…` and refuses mail for `nobody@…`. */
export async function startExim(options: EximServerOptions): Promise<EximServer> {
  // The tools are plain JavaScript, so that they run before anything is transpiled.
  const path = new URL('../../../tools/servers/exim.mjs', import.meta.url).href;
  const module = (await import(path)) as ServerModule;
  return module.startExim(options);
}
