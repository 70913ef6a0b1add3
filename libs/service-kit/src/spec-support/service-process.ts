import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** A service that runs as a process of its own. */
export interface ServiceProcess {
  /** What it printed so far, by line. */
  readonly lines: readonly string[];
  /** What it logged so far. */
  log(): string;
  /** Its address, once it listens. */
  readonly url: Promise<string>;
  /** Its exit status, once it ended. */
  readonly exit: Promise<number | null>;
  signal(signal: NodeJS.Signals): void;
}

/** Runs a program that calls `runService`. Whoever starts it ends it. */
export function runProgram(program: string, env: Readonly<Record<string, string>>): ServiceProcess {
  const register = `${root}tools/register/register.mjs`;
  const args = ['--disable-warning=TimeoutNegativeWarning', '--import', register, '--input-type=module', '--eval', program];
  const child = spawn(process.execPath, args, { cwd: root, env: { PATH: process.env['PATH'], ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const out = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (out.stdout += String(chunk)));
  const url = new Promise<string>((resolve) => {
    child.stderr.on('data', (chunk) => {
      out.stderr += String(chunk);
      const found = /"url":"([^"]+)"/.exec(out.stderr)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  return {
    get lines() {
      return out.stdout.split('\n').filter((line) => line !== '');
    },
    log: () => out.stderr,
    url,
    exit: new Promise((resolve) => child.once('exit', resolve)),
    signal: (signal) => void child.kill(signal),
  };
}
