import { setTimeout as sleep } from 'node:timers/promises';
import { runCli } from '@whoran/cli';
import { type SessionRecord } from '@whoran/forensics-api';

/** Longer than an API server keeps its audit events back by default (30 s). Milliseconds. */
const SESSION_LIMIT = 45_000;
const PAUSE = 250;

/** The command line of whoran, against the services of this run. */
export class Cli {
  constructor(
    private readonly server: string,
    private readonly signal: AbortSignal,
    /** Such as where the alert router is, and the token for it. */
    private readonly environment: Readonly<Record<string, string>> = {},
  ) {}

  /** The same with other variables. */
  with(environment: Readonly<Record<string, string>>): Cli {
    return new Cli(this.server, this.signal, { ...this.environment, ...environment });
  }

  /** Runs `whoran …` and answers what it wrote. Rejects, with what it said, when it fails. */
  async text(...argv: readonly string[]): Promise<string> {
    const written = { stdout: '', stderr: '' };
    const sink = (name: keyof typeof written) => ({ write: (text: string) => void (written[name] += text) });
    const env = { WHORAN_URL: this.server, ...this.environment };
    const status = await runCli(argv, { stdout: sink('stdout'), stderr: sink('stderr'), env, isTty: false, signal: this.signal });
    if (status !== 0) throw new Error(`whoran ${argv.join(' ')} ended with ${status}: ${written.stderr}`);
    return written.stdout;
  }

  /** The sessions that `whoran sessions` lists. */
  async sessions(...filters: readonly string[]): Promise<readonly SessionRecord[]> {
    const text = await this.text('sessions', ...filters, '--all', '-o', 'json');
    return JSON.parse(text) as SessionRecord[];
  }

  /** Waits for a session to be listed as it should be: the audit event comes some time after the exec. */
  async session(filters: readonly string[], isIt: (session: SessionRecord) => boolean): Promise<SessionRecord> {
    const until = Date.now() + SESSION_LIMIT;
    for (;;) {
      const sessions = await this.sessions(...filters);
      const found = sessions.find(isIt);
      if (found) return found;
      if (Date.now() > until)
        throw new Error(
          `whoran sessions ${filters.join(' ')}: not listed after ${SESSION_LIMIT / 1000} s; listed are\n${sessions.slice(0, 8).map(line).join('\n')}`,
        );
      await sleep(PAUSE, undefined, { signal: this.signal });
    }
  }
}

function line({ id, kind, phase, user, pod, command = [], injected, observers }: SessionRecord): string {
  return `${id} ${kind} ${phase} ${user.name} ${pod} ${injected ? 'injected' : 'uninjected'} by ${observers.join('+')}: ${command.join(' ').slice(0, 80)}`;
}
