import { type GettableSilence, SILENCE_PATHS } from '@whoran/routing';
import { type Command, Option } from 'commander';
import type { CliContext } from '../context.ts';
import { addExamples, addOutput, addRouter } from '../options.ts';
import { printList } from '../render/listing.ts';
import { silenceColumns } from '../views/silence-columns.ts';
import { addSilenceAdd, addSilenceExpire, addSilencePreview } from './silences-change.ts';

const STATES = ['active', 'pending', 'expired'] as const;

/** `whoran silences list|add|expire|preview`: what the alert router tells nobody of for a while. */
export function addSilences(program: Command, context: CliContext): void {
  const silences = program
    .command('silences')
    .description('List, add, expire and preview silences: alerts that nobody is told of for a while');
  addExamples(
    silences,
    [
      ['whoran silences', 'what is muted now, or will be: the same as whoran silences list'],
      ["whoran silences preview namespace=payments 'user=~ci-.*'", 'what a silence would have muted'],
      ["whoran silences add namespace=payments --for 2h --comment 'a migration'", 'a silence of two hours'],
    ],
    'The alert router keeps them: its token is in WHORAN_ROUTER_TOKEN, or in a file that --token-file names. amtool can be used as well.',
  );
  addList(silences, context);
  addSilenceAdd(silences, context);
  addSilenceExpire(silences, context);
  addSilencePreview(silences, context);
}

function addList(silences: Command, context: CliContext): void {
  const command = silences.command('list', { isDefault: true }).description('List silences (without a command, too)');
  addRouter(addOutput(command)).addOption(
    new Option('--state <state>', 'only in this state; those that ended are shown for five days').choices([...STATES, 'all']),
  );
  addExamples(command, [
    ['whoran silences list', 'those that mute, or will'],
    ['whoran silences list --state all -o json', 'those that ended, too'],
  ]);
  command.action(async () => {
    const { state } = command.opts<{ readonly state?: string }>();
    const all = await context.router(command).get<readonly GettableSilence[]>(SILENCE_PATHS.silences);
    const shown = all.filter(({ status }) =>
      state === undefined ? status.state !== 'expired' : state === 'all' || status.state === state,
    );
    const style = context.style(command);
    if (shown.length > 0 || style.format === 'json') await context.out(printList(silenceColumns, shown, style));
    if (shown.length === 0) context.note('no silences found');
  });
}
