import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CliContext } from '../context.ts';
import { addExamples, addOutput } from '../options.ts';
import type { TestOptions } from '../rules/index.ts';
import { withFiles, withSettings } from './rules.ts';

const EVENTS =
  'Events are Kubernetes audit events (one, a list, arrays, or one of these a line), Falco’s JSON lines, or the events of our topics,\nwhich carry the user. Rules that are off are not run unless --rule names them. Ends with status 1 when the rules have errors,\nwhen events cannot be read, or when it did not come as --expect or --expect-none says.';

/** `whoran rules test`: runs rules over events of a file. */
export function addRulesTest(rules: Command, context: CliContext): void {
  const command = rules
    .command('test')
    .description('Run rules over events of a file, and say which fired on which')
    .requiredOption('--events <file>', 'the events; - for stdin');
  addOutput(withSettings(withFiles(command)))
    .option('--rule <names...>', 'only these rules, on or not; * stands for anything')
    .addOption(new Option('--event <number>', 'only the event with this number').argParser(parseNumber))
    .option('--explain', 'which part of the condition decided; with --rule, also for events that did not match')
    .addOption(
      new Option('--rule-matching <mode>', 'every rule that matches, or the first; as the settings say, or all').choices(['all', 'first']),
    )
    .option('--expect <names...>', 'these rules must fire; * stands for anything')
    .option('--expect-none', 'no rule may fire')
    .option('--webhook-name <name>', 'whose annotations name the session of an exec', 'exec.whoran.dev');
  addExamples(
    command,
    [
      ['whoran rules test --events audit.log --rules shipped ours.yaml', 'which rules fire on which events'],
      ["whoran rules test --events falco.jsonl --rules ours.yaml --rule 'Shadow read' --event 3 --explain", 'why a rule does not fire'],
      ["whoran rules test --events bad.json --rules ours.yaml --expect 'Shadow read'", 'for a pipeline'],
    ],
    EVENTS,
  );
  command.action(async () => {
    const { testRules } = await import('../rules/index.ts');
    await testRules(command.opts<TestOptions>(), context, context.style(command));
  });
}

function parseNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be the number of an event, from 1 on.');
}
