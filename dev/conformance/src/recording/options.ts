import { parseArgs } from 'node:util';
import type { Help } from '@whoran/command';
import { type Result, err, messageOf, ok } from '@whoran/kernel';

/** What the command line asks for. */
export type Command = Help | { readonly kind: 'run'; readonly folder: string; readonly rules: readonly string[]; readonly json: boolean };

/** What `--help` prints. */
const USAGE = `Runs rules over a recording, and compares their alerts with those that Falco raised.

  npm run rules:recording -- <recording> --rules FILES... [options]

  --rules FILES  rule files in the order in which Falco loaded them; may be given several times
  --json         one JSON object on standard output
  --help         this text

Ends with 0; with 1 if Falco and the rules disagree; with 2 if it cannot run.
`;

/** Reads the command line; an error says what to write instead. */
export function readOptions(args: readonly string[]): Result<Command, string> {
  try {
    const { values, tokens } = parseArgs({
      args: [...args],
      options: {
        rules: { type: 'string', multiple: true, default: [] },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false, short: 'h' },
      },
      allowPositionals: true,
      tokens: true,
    });
    if (values.help) return ok({ kind: 'help', text: USAGE });
    const opening = tokens.find((token) => token.kind === 'option' && token.name === 'rules')?.index ?? Infinity;
    const words = tokens.flatMap((token) => (token.kind === 'option-terminator' || token.value === undefined ? [] : [token]));
    const [folder, ...more] = words.filter(({ index }) => index < opening);
    const rules = words.filter(({ index }) => index >= opening);
    if (folder?.value === undefined || more.length > 0) return err('name one recording, before --rules');
    if (rules.length === 0) return err('name rule files behind --rules');
    return ok({ kind: 'run', folder: folder.value, rules: rules.map(({ value }) => value), json: values.json });
  } catch (error) {
    return err(messageOf(error));
  }
}
