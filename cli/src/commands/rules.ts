import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { addExamples, addOutput } from '../options.ts';
import type { CheckOptions, RuleOptions } from '../rules/index.ts';
import { addRulesTest } from './rules-test.ts';

const FILES =
  "Files are loaded in the order given; of a folder its .yaml and .yml files, sorted. 'shipped' stands for the rules that come\nwith whoran, and is what is loaded when nothing is named.";

/** `whoran rules check|list|show|test|new`: rule files on this machine, before anything runs them. */
export function addRules(program: Command, context: CliContext): void {
  const rules = program.command('rules').description('Check, list, show and test rule files, and change rules');
  addExamples(
    rules,
    [
      ['whoran rules check shipped /etc/whoran/rules.d', 'whether rules can be loaded, and what is wrong with them'],
      ['whoran rules test --events audit.log --rules ours.yaml --explain', 'what would fire, and why'],
    ],
    `${FILES}\nNothing here talks to a service.`,
  );
  addCheck(rules, context);
  addList(rules, context);
  addShow(rules, context);
  addRulesTest(rules, context);
  addNew(rules, context);
}

function addCheck(rules: Command, context: CliContext): void {
  const command = withSettings(
    rules.command('check [files...]').description('Say what is wrong with rule files; exit status 1 if they cannot be loaded'),
  );
  addOutput(command)
    .option('--errors-only', 'without warnings')
    .option('--strict', 'exit status 1 for warnings, too')
    .option('--events <file>', 'events that Falco sent: also warn of fields that none of them has');
  addExamples(
    command,
    [
      ['whoran rules check falco_rules.yaml ours.yaml', 'every problem of both, with its place'],
      ['whoran rules check --strict -o json rules.d', 'for a pipeline'],
    ],
    FILES,
  );
  command.action(async (files: readonly string[]) => {
    const { checkRules } = await import('../rules/index.ts');
    await checkRules({ ...command.opts<CheckOptions>(), rules: files }, context, context.style(command));
  });
}

function addList(rules: Command, context: CliContext): void {
  const command = withSettings(rules.command('list [files...]').description('List the rules, which of them are on, and why'));
  addOutput(command);
  addExamples(
    command,
    [
      ['whoran rules list', 'the rules that come with whoran'],
      ['whoran rules list --settings rules-settings.yaml --cluster prod-eu', 'what one cluster would run'],
    ],
    `${FILES}\non: it is run. off: files or settings say so. left out: it cannot be run.`,
  );
  command.action(async (files: readonly string[]) => {
    const { listRules } = await import('../rules/index.ts');
    await listRules({ ...command.opts<RuleOptions>(), rules: files }, context, context.style(command));
  });
}

function addShow(rules: Command, context: CliContext): void {
  const command = withFiles(
    withSettings(
      rules.command('show <rule>').description('Show one rule, its condition with lists and macros put in, and where each part comes from'),
    ),
  );
  addOutput(command);
  addExamples(command, [["whoran rules show 'Full K8s Administrative Access'", 'one of those that come with whoran']], FILES);
  command.action(async (name: string) => {
    const { showRule } = await import('../rules/index.ts');
    await showRule(name, command.opts<RuleOptions>(), { context, style: context.style(command) });
  });
}

function addNew(rules: Command, context: CliContext): void {
  const command = withFiles(rules.command('new <rule>').description('Write the beginning of a file that changes a rule, to edit'));
  addExamples(
    command,
    [["whoran rules new 'Full K8s Administrative Access' > ours.yaml", 'then take away the # in front of what you need']],
    `The shipped file stays as it is: the new one is loaded after it.\n${FILES}`,
  );
  command.action(async (name: string) => {
    const { newOverride } = await import('../rules/index.ts');
    await newOverride(name, command.opts<RuleOptions>(), context);
  });
}

/** Adds `--rules`. */
export function withFiles(command: Command): Command {
  return command.option('--rules <files...>', 'rule files and folders, in order');
}

/** Adds `--settings` and `--cluster`. */
export function withSettings(command: Command): Command {
  return command
    .option('--settings <file>', 'the settings of the alert-router for rules, or a falco.yaml')
    .option('--cluster <name>', 'with what these settings say for this cluster');
}
