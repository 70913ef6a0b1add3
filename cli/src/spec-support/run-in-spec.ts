import type { CliIo } from '../io.ts';
import { runCli } from '../run-cli.ts';

/** What a run of the CLI said and how it ended. */
export interface RunInSpec {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line as a person would in a pipe, with what a spec wants different. */
export async function runInSpec(argv: readonly string[], different: Partial<CliIo> = {}): Promise<RunInSpec> {
  let stdout = '';
  let stderr = '';
  const io: CliIo = {
    stdout: { write: (text) => void (stdout += text) },
    stderr: { write: (text) => void (stderr += text) },
    env: {},
    isTty: false,
    ...different,
  };
  const status = await runCli(argv, io);
  return { status, stdout, stderr };
}
