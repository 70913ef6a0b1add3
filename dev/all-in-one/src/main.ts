import { fileURLToPath } from 'node:url';
import { RecordingUnusable } from '@whoran/attribution';
import { ConfigInvalid, messageOf } from '@whoran/kernel';
import { endOnSignal } from '@whoran/service-kit';
import { type AllInOne, startAllInOne } from './all-in-one.ts';
import { USAGE, readArguments } from './arguments.ts';
import { prepareApart } from './prepare-apart.ts';

const BUNDLED = fileURLToPath(new URL('../../../recordings/exec-a', import.meta.url));
/** sysexits.h: the settings are wrong; starting again will not help. */
const EX_CONFIG = 78;
const EX_USAGE = 2;
/** Ending takes no longer than this, milliseconds: whoever waits for it kills the process otherwise. */
const LONGEST_STOP = 25_000;

const print = (line: string) => void process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const asked = readArguments(process.argv.slice(2), BUNDLED);
  if (!asked.ok) return fail(EX_USAGE, `${asked.error}\n\n${USAGE}`);
  if (asked.value.help) return print(USAGE);
  try {
    if (asked.value.prepare) return await prepareApart(process.env, print);
    const whoran = await startAllInOne({ env: process.env, replay: asked.value.replay, print });
    endOnSignal(() => stop(whoran));
    await whoran.introduce();
    if (asked.value.once) process.exitCode = (await stop(whoran)) ? 0 : 1;
  } catch (error) {
    if (error instanceof ConfigInvalid) return fail(EX_CONFIG, `cannot start\n${error.message}`);
    if (error instanceof RecordingUnusable) return fail(EX_USAGE, error.message);
    fail(1, error instanceof Error ? (error.stack ?? error.message) : messageOf(error));
  }
}

async function stop(whoran: AllInOne): Promise<boolean> {
  const limit = setTimeout(() => fail(1, `did not end within ${LONGEST_STOP / 1000} s`), LONGEST_STOP);
  const clean = await whoran.stop();
  clearTimeout(limit);
  return clean;
}

function fail(status: number, message: string): void {
  process.stderr.write(`whoran: ${message}\n`);
  process.exit(status);
}

// A reader such as head may go away: the services go on.
process.stdout.on('error', () => {});
await main();
