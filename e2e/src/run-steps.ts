import type { Stage } from './stage.ts';
import { checkBareImages } from './steps/bare-images.ts';
import { checkCommandLine } from './steps/command-line.ts';
import { compareBehaviours, recordPlain } from './steps/compare-behaviours.ts';
import { checkConnections } from './steps/connections.ts';
import { checkCopies } from './steps/copies.ts';
import { checkDebugging } from './steps/debugging.ts';
import { checkFailOpen } from './steps/fail-open.ts';
import { checkFalcoEvent } from './steps/falco-event.ts';
import { checkIdentities } from './steps/identity.ts';
import { checkKeyRotation } from './steps/key-rotation.ts';
import { measureExec, printLatency } from './steps/latency.ts';
import { checkRefusals } from './steps/refusals.ts';
import { checkResponses } from './steps/responses.ts';
import { checkSignals } from './steps/signals.ts';

/** What a run needs beside the stage. */
export interface RunContext {
  /** For files that are copied. */
  readonly folder: string;
  readonly installWebhook: () => Promise<void>;
  readonly print: (line: string) => void;
}

/** Every step, in order: first without the webhook, then with it, and last with it stopped. */
export async function runSteps(stage: Stage, { folder, installWebhook, print }: RunContext): Promise<void> {
  const plain = await recordPlain(stage);
  const without = await measureExec(stage);
  await installWebhook();
  await checkIdentities(stage);
  await compareBehaviours(stage, plain);
  await checkSignals(stage);
  const withWhoran = await measureExec(stage);
  await checkCopies(stage, folder);
  await checkConnections(stage);
  await checkDebugging(stage);
  await checkBareImages(stage);
  await checkRefusals(stage);
  await checkResponses(stage);
  await checkKeyRotation(stage);
  await checkFalcoEvent(stage);
  await checkCommandLine(stage);
  await checkFailOpen(stage);
  printLatency(without, withWhoran).forEach(print);
}
