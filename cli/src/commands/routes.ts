import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { addExamples, addOutput } from '../options.ts';
import type { CheckRoutesOptions, TestRoutesOptions } from '../routes/index.ts';

const NOTHING_SENT = 'Nothing here talks to a service, and nobody is told anything.';
const ALERTS =
  'Alerts are those of `whoran alerts -o json`, attributed events, or events as Falco writes them: one, a list, or one a line.\n' +
  'What an alert does not say is empty, the cluster is --cluster. Which alerts are active is not known: inhibitions are named.';

/** `whoran routes check|show|test`: a routes file on this machine, before a router uses it. */
export function addRoutes(program: Command, context: CliContext): void {
  const routes = program.command('routes').description('Check and show a routes file, and test who gets an alert');
  addExamples(
    routes,
    [
      ['whoran routes check routes.yaml', 'whether the router would use it, and what is wrong with it'],
      ['whoran routes test routes.yaml --alert alert.json', 'who is told of an alert, and why'],
    ],
    NOTHING_SENT,
  );
  addCheck(routes, context);
  addShow(routes, context);
  addTest(routes, context);
}

function addCheck(routes: Command, context: CliContext): void {
  const command = routes.command('check <file>').description('Say what is wrong with a routes file; exit status 1 if anything is');
  addOutput(command).option('--no-open', 'do not read the files that receivers name, such as secrets that are elsewhere');
  addExamples(
    command,
    [
      ['whoran routes check routes.yaml', 'every problem, with its place'],
      ['whoran routes check --no-open -o json routes.yaml', 'for a pipeline'],
    ],
    NOTHING_SENT,
  );
  command.action(async (file: string) => {
    const { checkRoutes } = await import('../routes/index.ts');
    await checkRoutes(file, command.opts<CheckRoutesOptions>(), { context, style: context.style(command) });
  });
}

function addShow(routes: Command, context: CliContext): void {
  const command = routes.command('show <file>').description('Show the tree of routes, with what they inherit');
  addOutput(command);
  addExamples(command, [['whoran routes show routes.yaml', 'which route leads to whom, and when they are told']]);
  command.action(async (file: string) => {
    const { showRoutes } = await import('../routes/index.ts');
    await showRoutes(file, { context, style: context.style(command) });
  });
}

function addTest(routes: Command, context: CliContext): void {
  const command = routes
    .command('test <file>')
    .description('Say who gets the alerts of a file at a time, and why')
    .requiredOption('--alert <file>', 'the alerts; - for stdin');
  addOutput(command)
    .option('--at <time>', 'when, such as 2026-01-31T10:00:00Z; default: now')
    .option('--cluster <name>', 'the cluster of alerts that name none', 'test')
    .option('--silences <file>', 'silences as `whoran silences list -o json` writes them')
    .option('--explain', 'every route that was tried, and why it does not match')
    .option('--expect <receivers...>', 'exactly these must be told; exit status 1 otherwise');
  addExamples(
    command,
    [
      ['whoran routes test routes.yaml --alert alert.json --at 2026-01-31T22:00:00Z', 'who is woken on a Saturday night'],
      ['whoran routes test routes.yaml --alert alert.json --explain', 'why a route does not match'],
      ['whoran routes test routes.yaml --alert alert.json --expect pager', 'for a pipeline'],
    ],
    ALERTS,
  );
  command.action(async (file: string) => {
    const { testRoutes } = await import('../routes/index.ts');
    await testRoutes(file, command.opts<TestRoutesOptions>(), { context, style: context.style(command) });
  });
}
