import { messageOf } from '@whoran/kernel';
import { Shutdown } from '@whoran/service-kit';
import { CheckList, type Tally } from './run/check-list.ts';
import { type Options, USAGE, readOptions } from './run/options.ts';
import { runSteps } from './run-steps.ts';
import { setStage } from './set-stage.ts';
import { RecentLog } from './whoran/recent-log.ts';

/** For the steps; bringing a cluster up, which may have to compile it, has limits of its own. Milliseconds. */
const RUN_LIMIT = 600_000;
const INTERRUPTED = 130;

const print = (line: string) => void process.stdout.write(`${line}\n`);

/** Runs the whole test and answers the exit status. Whatever happens, what was made is removed. */
async function main(options: Options): Promise<number> {
  const ended = new AbortController();
  const interrupt = () => {
    print('\ninterrupted: cleaning up');
    ended.abort(new Error('interrupted'));
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, interrupt);
  // Also a bug of ours must not leave a cluster behind.
  process.on('uncaughtException', (error) => ended.abort(error));
  const log = new RecentLog();
  const cleaning = new RecentLog();
  const shutdown = new Shutdown(cleaning);
  const checks = new CheckList(print, ended.signal);
  let problem: string | undefined;
  try {
    const { stage, context } = await setStage({ options, checks, signal: ended.signal, log, say: print, shutdown });
    const late = setTimeout(() => ended.abort(new Error(`the run took longer than ${RUN_LIMIT / 60_000} minutes`)), RUN_LIMIT);
    shutdown.add('time limit', () => clearTimeout(late));
    if (stage.auditMissing !== undefined) print(`\n  WITHOUT AUDIT EVENTS: ${stage.auditMissing}. What only they show is not run.`);
    if (stage.auditMissing !== undefined && options.target.kind === 'script')
      throw new Error('a cluster of our own must post its audit events');
    await runSteps(stage, { ...context, print });
  } catch (error) {
    problem = messageOf(ended.signal.aborted ? ended.signal.reason : error);
  }
  const clean = await shutdown.run();
  return conclude(checks.tally(), {
    problem,
    interrupted: problem === 'interrupted',
    log: [...log.lines(), ...(clean ? [] : cleaning.lines())],
  });
}

function conclude(
  { passed, failed, notRun }: Tally,
  end: { readonly problem: string | undefined; readonly interrupted: boolean; readonly log: readonly string[] },
): number {
  const bad = failed.length > 0 || end.problem !== undefined;
  if (bad && end.log.length > 0) print(`\nLast warnings and errors:\n${end.log.map((line) => `  ${line}`).join('\n')}`);
  if (end.problem !== undefined) print(`\n✗ the run ended early: ${end.problem}`);
  print(`\n${passed} passed, ${failed.length} failed, ${notRun.length} not run`);
  if (end.interrupted) return INTERRUPTED;
  return bad ? 1 : 0;
}

const options = readOptions(process.argv.slice(2));
if (!options.ok) process.stderr.write(`${options.error}\nnpm run e2e:cluster -- --help tells the options\n`);
else if (options.value.help) process.stdout.write(USAGE);
process.exit(options.ok ? (options.value.help ? 0 : await main(options.value)) : 2);
