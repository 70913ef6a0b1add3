import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Clock, ConfigInvalid, type Issue, type Logger, type Result, messageOf, printIssue } from '@whoran/kernel';
import type { Metrics, Shutdown } from '@whoran/service-kit';
import { type Admission, type Caller, Credentials, digestOf } from './credentials.ts';
import { readCredentials } from './read-credentials.ts';

/** Milliseconds between looks at the file and the token files that it names. */
const INTERVAL = 5000;

/** What following a credentials file needs. */
export interface CredentialsFileOptions {
  /** Path of the YAML file; empty: nobody may send. */
  readonly path: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly shutdown: Shutdown;
}

interface Reading {
  readonly result: Result<Credentials, readonly Issue[]>;
  /** Changes with the content of the file or of a token file. */
  readonly fingerprint: string;
}

/** The credentials of a file, as they are now: it is read again when it changes, and a bad one leaves the old in force. */
export class CredentialsFile {
  private constructor(private current: Credentials) {}

  /** Throws ConfigInvalid, with one line per problem, when the file cannot be used at the start. */
  static open(options: CredentialsFileOptions): CredentialsFile {
    if (options.path === '') {
      options.logger.warn('ingest.no-credentials');
      return new CredentialsFile(new Credentials(new Map()));
    }
    const first = read(options.path);
    if (!first.result.ok) throw new ConfigInvalid(first.result.error.map((issue) => `${options.path}: ${printIssue(issue)}`).join('\n'));
    const file = new CredentialsFile(first.result.value);
    file.follow(options, first.fingerprint);
    return file;
  }

  /** Whether a caller may send for a cluster. */
  admit(cluster: string, caller: Caller): Admission {
    return this.current.admit(cluster, caller);
  }

  private follow({ path, clock, logger, metrics, shutdown }: CredentialsFileOptions, first: string): void {
    const refused = metrics.gauge(
      'whoran_ingest_credentials_refused',
      '1 while the credentials file cannot be used and an older one is in force.',
    );
    let fingerprint = first;
    const look = () => {
      const now = read(path);
      cancel = clock.schedule(INTERVAL, look);
      if (now.fingerprint === fingerprint) return;
      fingerprint = now.fingerprint;
      refused.set(now.result.ok ? 0 : 1);
      if (!now.result.ok) return logger.error('ingest.credentials-refused', { path, issues: now.result.error.map(printIssue) });
      this.current = now.result.value;
      logger.info('ingest.credentials-loaded', { path, clusters: this.current.size });
    };
    let cancel = clock.schedule(INTERVAL, look);
    shutdown.add('credentials-file', () => cancel());
  }
}

function read(path: string): Reading {
  const seen: string[] = [];
  const readFile = (name: string) => {
    const text = readFileSync(resolve(dirname(path), name), 'utf8');
    seen.push(digestOf(text).toString('hex'));
    return text;
  };
  try {
    const result = readCredentials(readFile(resolve(path)), readFile);
    const problems = result.ok ? [] : result.error.map(printIssue);
    return { result, fingerprint: [...seen, ...problems].join('\n') };
  } catch (error) {
    const issue = { code: 'unreadable', message: `cannot be read: ${messageOf(error)}` };
    return { result: { ok: false, error: [issue] }, fingerprint: issue.message };
  }
}
