import { isatty } from 'node:tty';
import { runCli } from './run-cli.ts';

const ended = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.abort());

// The reader of a pipe may have seen enough: `whoran commands --all | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

process.exitCode = await runCli(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  isTty: isatty(1),
  columns: process.stdout.columns,
  signal: ended.signal,
});
