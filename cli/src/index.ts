export { runCli } from './run-cli.ts';
export type { CliIo, Sink } from './io.ts';
