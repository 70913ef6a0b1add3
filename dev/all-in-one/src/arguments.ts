import { parseArgs } from 'node:util';
import { type Result, err, messageOf, ok } from '@whoran/kernel';

/** What the command line asks for. */
export interface Arguments {
  readonly help: boolean;
  /** End after the story. */
  readonly once: boolean;
  /** Make what services need that run apart, and start none. */
  readonly prepare: boolean;
  /** The recording to replay first, or nothing. */
  readonly replay: string | undefined;
}

/** What `--help` prints. */
export const USAGE = `Runs all of whoran in one process: six services, an in-process bus, an embedded database.

  npm start -- [options]

  --replay <folder>   replay this recording first, instead of the bundled one
  --no-demo           replay nothing
  --once              end after the story instead of listening
  --prepare           make keys, certificates, secrets and a file of settings for each service, so that
                      they can run apart (docs/operations/running-apart.md), and start none
  --help              this text

Settings are environment variables, the same as each service's own; docs/settings.md lists them. WHORAN_DATA_DIR is the
folder for keys, certificates and the database (./data).
Ends with 0, with 1 if something failed, with 2 for a wrong command line, with 78 if settings are wrong.
`;

/** Reads the command line; an error says what to write instead. */
export function readArguments(args: readonly string[], bundled: string): Result<Arguments, string> {
  try {
    const flag = { type: 'boolean', default: false } as const;
    const options = { help: { ...flag, short: 'h' }, once: flag, prepare: flag, 'no-demo': flag, replay: { type: 'string' } } as const;
    const { values } = parseArgs({ args: [...args], options });
    if (values['no-demo'] && values.replay !== undefined) return err('--no-demo and --replay exclude each other');
    if (values.prepare && (values.once || values.replay !== undefined)) return err('--prepare starts nothing: leave out the other options');
    return ok({
      help: values.help,
      once: values.once,
      prepare: values.prepare,
      replay: values['no-demo'] ? undefined : (values.replay ?? bundled),
    });
  } catch (error) {
    return err(messageOf(error));
  }
}
