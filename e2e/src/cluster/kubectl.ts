import { type CommandOptions, type Finished, type Running, runCommand, startCommand } from '../run/command.ts';
import { inTerminal } from '../run/terminal.ts';

type Options = Omit<CommandOptions, 'signal'>;

/** kubectl, as one user of one cluster. */
export class Kubectl {
  constructor(
    readonly kubeconfig: string,
    readonly username: string,
    private readonly signal: AbortSignal,
    private readonly namespace?: string,
  ) {}

  /** kubectl as another user, in one namespace. */
  inNamespace(namespace: string, kubeconfig: string, username: string): Kubectl {
    return new Kubectl(kubeconfig, username, this.signal, namespace);
  }

  /** The whole command line, for showing and for terminals. */
  command(args: readonly string[]): readonly string[] {
    return ['kubectl', '--kubeconfig', this.kubeconfig, ...(this.namespace === undefined ? [] : ['--namespace', this.namespace]), ...args];
  }

  /** Runs kubectl, whatever its exit code is. */
  run(args: readonly string[], options: Options = {}): Promise<Finished> {
    return untilHeard(() => runCommand(this.command(args), { ...options, signal: this.signal }));
  }

  /** Starts kubectl, for what does not end by itself. */
  start(args: readonly string[], options: Options = {}): Running {
    return startCommand(this.command(args), { ...options, signal: this.signal });
  }

  /** Runs kubectl in a terminal to its end; what it says itself is in the output too. */
  runInTerminal(args: readonly string[]): Promise<Finished> {
    return untilHeard(() => this.startInTerminal(args).finished);
  }

  /** Starts kubectl in a terminal. */
  startInTerminal(args: readonly string[]): Running {
    return startCommand(inTerminal(this.command(args)), { interactive: true, signal: this.signal });
  }

  /** Runs kubectl and answers what it wrote; rejects, with what it said, when it fails. */
  async text(args: readonly string[], options: Options = {}): Promise<string> {
    const { code, stdout, stderr } = await this.run(args, options);
    if (code !== 0) throw new Error(`kubectl ${args.slice(0, 6).join(' ')} ended with ${code}: ${stderr.trim().slice(-1500)}`);
    return stdout.toString();
  }

  /** As `text`, with `-o json`. */
  async json<T>(args: readonly string[]): Promise<T> {
    return JSON.parse(await this.text([...args, '-o', 'json'])) as T;
  }

  /** Creates or changes objects. */
  async apply(...objects: readonly object[]): Promise<void> {
    await this.text(['apply', '-f', '-'], { stdin: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }) });
  }
}

const ATTEMPTS = 4;
const DISCARDED = /websocket\.go:\d+\] Unknown stream id \d+, discarding message/;

/** kubectl sometimes throws output away that comes before it is ready for it, and says so: then it is asked again. */
async function untilHeard(run: () => Promise<Finished>): Promise<Finished> {
  for (let attempt = 1; ; attempt += 1) {
    const finished = await run();
    if (attempt === ATTEMPTS || !DISCARDED.test(`${finished.stderr} ${finished.stdout.subarray(0, 4096).toString()}`)) return finished;
  }
}
