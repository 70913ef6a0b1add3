import type { Response } from '@whoran/contracts';
import { ResponseAction } from '@whoran/contracts';
import { BREAK_GLASS_GROUP, clusterRole, rulesFor } from '@whoran/response';
import { type Command, Option } from 'commander';
import { stringify } from 'yaml';
import type { CliContext } from '../context.ts';
import { EXIT, Failure } from '../failure.ts';
import { addExamples, addOutput, addRouter } from '../options.ts';
import { printList } from '../render/listing.ts';
import { responseColumns } from '../views/response-columns.ts';
import { addAskings } from './response-ask.ts';
import { addChanges } from './response-change.ts';

const ACTIONS = ['quarantine', 'end-session', 'disable-credentials', 'isolate-pod'] as const satisfies readonly ResponseAction[];

/** `whoran response …`: do something about a user, and take it back. */
export function addResponse(program: Command, context: CliContext): void {
  const response = program.command('response').description('Stop a user: quarantine, end sessions, disable credentials, isolate pods');
  addExamples(
    response,
    [
      ["whoran response quarantine --user jane@example.com --for 2h --reason 'incident 42'", 'jane enters no container for two hours'],
      ['whoran response list', 'what was done, and what waits for approval'],
      ['whoran response undo <id>', 'take it back'],
    ],
    `The alert router does it: --router or WHORAN_ROUTER_URL, and a token in WHORAN_ROUTER_TOKEN. Nobody in the group\n${BREAK_GLASS_GROUP} is ever kept out.`,
  );
  addAskings(response, context);
  addList(response, context);
  addChanges(response, context);
  addClusterRole(response, context);
}

function addList(parent: Command, context: CliContext): void {
  const command = addOutput(addRouter(parent.command('list').description('List responses, the newest first')));
  command.option('--active', 'only those that hold, are under way, or wait for approval');
  addExamples(
    command,
    [
      ['whoran response list --active', 'what is in force'],
      ['whoran response list -o json', 'for another program'],
    ],
    'Those that ended longer than a week ago are in forensics: whoran responses.',
  );
  command.action(async () => {
    const { items } = await context.router(command).page<Response>('/api/v1/responses', {});
    const shown = command.opts<{ active?: boolean }>().active ? items.filter(isActive) : items;
    const style = context.style(command);
    if (shown.length > 0 || style.format === 'json') await context.out(printList(responseColumns, shown, style));
    else context.note('no responses');
  });
}

function isActive({ state, dryRun, action }: Response): boolean {
  if (dryRun) return false;
  return ['proposed', 'approved', 'running', 'undoing'].includes(state) || (state === 'done' && action !== 'end-session');
}

function addClusterRole(parent: Command, context: CliContext): void {
  const command = parent
    .command('cluster-role')
    .description('Print the ClusterRole that an alert router needs for some actions')
    .addOption(new Option('--actions <actions...>', 'the actions of the response file').choices(ACTIONS).default(ACTIONS, 'all'))
    .addOption(new Option('--pods <how>', 'end-session.pods of the response file').choices(['delete', 'evict', 'never']).default('evict'))
    .option('--name <name>', 'of the ClusterRole', 'whoran-response');
  addExamples(
    command,
    [
      ['whoran response cluster-role --actions end-session isolate-pod | kubectl apply -f -', 'only what two actions need'],
      ['whoran response cluster-role --pods delete', 'for all actions, without evictions'],
    ],
    'A quarantine needs no rights: the webhook does it. docs/operations/response.md says what disable-credentials means.',
  );
  command.action(async () => {
    const { actions, pods, name } = command.opts<{
      actions: readonly ResponseAction[];
      pods: 'delete' | 'evict' | 'never';
      name: string;
    }>();
    if (!/^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/.test(name))
      throw new Failure('--name must be a name of Kubernetes', { status: EXIT.usage });
    const rules = rulesFor(actions, { pods });
    await context.out(stringify(clusterRole(name, rules), { flowCollectionPadding: false }));
    if (rules.length === 0) context.note('these actions need no rights in Kubernetes');
  });
}
