import { type Talk, runCommand } from '@whoran/command';
import { JsonLogger } from '@whoran/service-kit';
import { type Command, readOptions } from './options.ts';
import { type Servers, realGround } from './real-ground.ts';
import { readRecording } from './read-recording.ts';
import type { Recording } from './recording.ts';
import { type Run, hasFalseAnswers, jsonReport, textReport } from './report.ts';
import { runVariant } from './run-variant.ts';
import { findServers } from './servers.ts';
import { type Variant, allVariants, variantOf } from './variants.ts';

type Measuring = Extract<Command, { readonly kind: 'run' }>;

async function measure({ folder, all, json, wanted, disturbance }: Measuring, { print, warn }: Talk): Promise<boolean> {
  const recording = await readRecording(folder, { scored: true });
  if (recording.absent.length > 0) warn(`${folder} has no ${recording.absent.join(', ')}: measured without`);
  const { servers, stop } = await findServers(wanted, process.env);
  const variants = all ? allVariants(disturbance.seed) : [variantOf(disturbance)];
  const runs = await runAll(recording, variants, { servers, warn }).finally(stop);
  if (json) print(JSON.stringify(jsonReport(runs), null, 2));
  else textReport(runs).forEach(print);
  return !hasFalseAnswers(runs);
}

interface Around {
  readonly servers: Servers;
  readonly warn: Talk['warn'];
}

async function runAll(recording: Recording, variants: readonly Variant[], { servers, warn }: Around): Promise<readonly Run[]> {
  const logger = JsonLogger.open('error', {});
  const openGround = realGround(servers, logger);
  const runs: Run[] = [];
  for (const variant of variants) {
    runs.push(await runVariant(recording, variant, { logger, openGround, onRefusal: (refusal) => warn(`${variant.name}: ${refusal}`) }));
  }
  return runs;
}

await runCommand({ name: 'attribution', read: readOptions, run: measure });
