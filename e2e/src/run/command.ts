import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';

/** The longest that one command may take, milliseconds. */
export const COMMAND_LIMIT = 60_000;
/** More output than any of our commands has. */
const MAX_OUTPUT = 64 << 20;

/** How a command came out. `code` is 128 plus the signal's number where a signal ended it, as a shell says it. */
export interface Finished {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
  readonly millis: number;
}

/** What a command is run with. */
export interface CommandOptions {
  /** Ends the command, and all that it started. */
  readonly signal?: AbortSignal;
  /** What it reads; nothing, when absent. */
  readonly stdin?: Buffer | string;
  /** Keeps its standard input open, for `write`. */
  readonly interactive?: boolean;
  readonly limit?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** A command that runs. */
export interface Running {
  /** Resolves when it has ended; rejects when it cannot be started or takes too long. */
  readonly finished: Promise<Finished>;
  /** What it has written so far, both streams. */
  text(): string;
  /** Resolves when what it has written matches; rejects when it ends before. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  write(text: string): void;
  kill(signal: NodeJS.Signals): void;
}

/** Runs a command to its end, whatever its exit code is. */
export function runCommand(command: readonly string[], options: CommandOptions = {}): Promise<Finished> {
  return startCommand(command, options).finished;
}

/** Starts a command. It is in a process group of its own: Ctrl-C in our terminal is ours to handle. */
export function startCommand(command: readonly string[], options: CommandOptions = {}): Running {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { detached: true, env: { ...process.env, ...options.env } });
  const output = collect(child);
  child.stdin.on('error', () => {}); // it ended without reading everything: its exit code says so
  if (!options.interactive) child.stdin.end(options.stdin);
  else if (options.stdin !== undefined) child.stdin.write(options.stdin);
  const kill = (signal: NodeJS.Signals) => killGroup(child, signal);
  const finished = finish(child, output, { ...options, kill, name: command.slice(0, 12).join(' ') });
  // Whoever waits for its output first must not be overtaken by an unhandled rejection.
  finished.catch(() => {});
  return {
    finished,
    text: () => output.text(),
    until: (pattern) => output.until(pattern),
    write: (text) => void child.stdin.write(text),
    kill,
  };
}

interface Output {
  stdout(): Buffer;
  stderr(): string;
  text(): string;
  until(pattern: RegExp): Promise<RegExpExecArray>;
}

function collect(child: ChildProcessWithoutNullStreams): Output {
  const chunks: { readonly from: 'stdout' | 'stderr'; readonly data: Buffer }[] = [];
  let size = 0;
  for (const from of ['stdout', 'stderr'] as const) {
    child[from].on('data', (data: Buffer) => {
      if ((size += data.length) <= MAX_OUTPUT) chunks.push({ from, data });
      child.emit('output');
    });
  }
  const of = (from: 'stdout' | 'stderr') => Buffer.concat(chunks.filter((chunk) => chunk.from === from).map(({ data }) => data));
  const text = () => Buffer.concat(chunks.map(({ data }) => data)).toString();
  const until = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        const match = pattern.exec(text());
        if (match) resolve(match);
      };
      child.on('output', look);
      child.once('close', () => reject(new Error(`it ended before it wrote ${pattern.source}: ${text()}`)));
      look();
    });
  return { stdout: () => of('stdout'), stderr: () => of('stderr').toString(), text, until };
}

function finish(
  child: ChildProcessWithoutNullStreams,
  output: Output,
  options: CommandOptions & { name: string; kill: Running['kill'] },
): Promise<Finished> {
  const { signal, limit = COMMAND_LIMIT, kill, name } = options;
  const began = performance.now();
  return new Promise<Finished>((resolve, reject) => {
    const end = (settle: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      settle();
    };
    const abort = () => {
      kill('SIGKILL');
      end(() => reject(new Error(`${name}: ended with the run`)));
    };
    const timer = setTimeout(() => {
      kill('SIGKILL');
      end(() => reject(new Error(`${name}: took longer than ${limit / 1000} s: ${output.text().slice(-500)}`)));
    }, limit);
    child.once('error', (error) => end(() => reject(new Error(`${name}: ${error.message}`))));
    child.once('close', (code, ended) => {
      end(() =>
        resolve({
          code: code ?? 128 + numberOf(ended),
          stdout: output.stdout(),
          stderr: output.stderr(),
          millis: performance.now() - began,
        }),
      );
    });
    signal?.addEventListener('abort', abort);
    if (signal?.aborted) abort();
  });
}

function numberOf(signal: NodeJS.Signals | null): number {
  return { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }[String(signal)] ?? 0;
}

function killGroup(child: ChildProcessWithoutNullStreams, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // it has just ended
  }
}
