import { messageOf } from '@whoran/kernel';
import { JsonLogger } from '@whoran/service-kit';
import { type Command, USAGE, readOptions } from './options.ts';
import { type Servers, realGround } from './real-ground.ts';
import { RecordingUnusable, readRecording } from './read-recording.ts';
import type { Recording } from './recording.ts';
import { type Run, hasFalseAnswers, jsonReport, textReport } from './report.ts';
import { runVariant } from './run-variant.ts';
import { findServers } from './servers.ts';
import { type Variant, allVariants, variantOf } from './variants.ts';

const print = (text: string) => void process.stdout.write(`${text}\n`);
const warn = (text: string) => void process.stderr.write(`${text}\n`);

// A reader such as head may go away before the end: what it did not want to read is no failure.
process.stdout.on('error', () => {});

async function main(): Promise<number> {
  const command = readOptions(process.argv.slice(2));
  if (!command.ok) {
    warn(`attribution: ${command.error}\n\n${USAGE}`);
    return 2;
  }
  if (command.value.kind === 'help') {
    print(USAGE);
    return 0;
  }
  try {
    return await measure(command.value);
  } catch (error) {
    warn(`attribution: ${error instanceof RecordingUnusable ? error.message : ((error as Error).stack ?? messageOf(error))}`);
    return 2;
  }
}

async function measure({ folder, all, json, wanted, disturbance }: Extract<Command, { readonly kind: 'run' }>): Promise<number> {
  const recording = await readRecording(folder, { scored: true });
  if (recording.absent.length > 0) warn(`${folder} has no ${recording.absent.join(', ')}: measured without`);
  const { servers, stop } = await findServers(wanted, process.env);
  const variants = all ? allVariants(disturbance.seed) : [variantOf(disturbance)];
  const runs = await runAll(recording, variants, servers).finally(stop);
  if (json) print(JSON.stringify(jsonReport(runs), null, 2));
  else textReport(runs).forEach(print);
  return hasFalseAnswers(runs) ? 1 : 0;
}

async function runAll(recording: Recording, variants: readonly Variant[], servers: Servers): Promise<readonly Run[]> {
  const logger = JsonLogger.open('error', {});
  const openGround = realGround(servers, logger);
  const runs: Run[] = [];
  for (const variant of variants) {
    runs.push(await runVariant(recording, variant, { logger, openGround, onRefusal: (refusal) => warn(`${variant.name}: ${refusal}`) }));
  }
  return runs;
}

// Not process.exit: what was printed must be out, also into a pipe.
process.exitCode = await main();
