import { parseArgs } from 'node:util';
import type { Help } from '@whoran/command';
import { type Result, err, messageOf, ok } from '@whoran/kernel';

/** What the command line asks for. */
export type Command = Help | { readonly kind: 'run'; readonly folder: string; readonly json: boolean; readonly only: readonly string[] };

/** What `--help` prints. */
const USAGE = `Runs the rule engine over conformance cases: what a real Falco answered.

  npm run conformance -- <folder> [options]

  --json         one JSON object on standard output
  --only GLOB    only cases whose file, kind or name matches; * stands for anything, may be given several times
  --help         this text

The folder has cases/*.json, and beside them what the cases name. Ends with 0; with 1 if a case failed; with 2 if it cannot run.
`;

/** Reads the command line; an error says what to write instead. */
export function readOptions(args: readonly string[]): Result<Command, string> {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false, short: 'h' },
        only: { type: 'string', multiple: true, default: [] },
      },
      allowPositionals: true,
    });
    if (values.help) return ok({ kind: 'help', text: USAGE });
    const [folder, ...more] = positionals;
    if (folder === undefined || more.length > 0) return err('name one folder: the one that has the folder cases/');
    return ok({ kind: 'run', folder, json: values.json, only: values.only });
  } catch (error) {
    return err(messageOf(error));
  }
}
