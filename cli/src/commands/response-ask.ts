import { randomUUID } from 'node:crypto';
import type { Response, ResponseAction } from '@whoran/contracts';
import { parseDuration } from '@whoran/kernel';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CliContext } from '../context.ts';
import { EXIT, Failure } from '../failure.ts';
import { addExamples, addOutput, addRouter } from '../options.ts';
import { responseSummary } from '../views/response-view.ts';
import { type Examples, tellResponse, userOf } from './response-change.ts';

interface Asking {
  readonly action: ResponseAction;
  readonly about: string;
  readonly targets: readonly Target[];
  /** Whether it ends after a time. */
  readonly holds: boolean;
  readonly examples: Examples;
  readonly more: string;
}

type Target = 'user' | 'group' | 'credential' | 'cluster' | 'namespace' | 'pod';

const OPTIONS: Readonly<Record<Target, () => Option>> = {
  user: () => new Option('--user <name>', 'this user; service accounts are system:serviceaccount:<namespace>:<name>'),
  group: () => new Option('--group <name>', 'everybody in this group'),
  credential: () => new Option('--credential <id>', 'only this certificate or token, as whoran session shows it'),
  cluster: () => new Option('--cluster <name>', 'in this cluster'),
  namespace: () => new Option('-n, --namespace <name>', 'in this namespace'),
  pod: () => new Option('--pod <name>', 'this pod'),
};

const ASKINGS: readonly Asking[] = [
  {
    action: 'quarantine',
    about: 'Keep a user, group or credential out of containers, at once',
    targets: ['user', 'group', 'credential', 'cluster', 'namespace'],
    holds: true,
    examples: [
      ["whoran response quarantine --user jane@example.com --for 2h --reason 'incident 42: ask security'", 'no exec for jane, anywhere'],
      ["whoran response quarantine --group contractors --cluster prod --reason 'incident 42'", 'a whole group, in one cluster'],
    ],
    more: 'Exec, attach, port-forward, copy and debug are refused with the reason. What is open already stays open: see end-session.',
  },
  {
    action: 'end-session',
    about: 'End what runs in a pod, by deleting or evicting the pod',
    targets: ['cluster', 'namespace', 'pod'],
    holds: false,
    examples: [
      ["whoran response end-session --cluster prod -n payments --pod api-0 --reason 'incident 42' --preview", 'what would be done'],
      [
        "whoran response end-session --cluster prod -n payments --pod node-debugger-a-x2x4z --reason 'incident 42'",
        'a pod of kubectl debug',
      ],
    ],
    more: 'Kubernetes cannot end one session and leave its pod. There is no undo.',
  },
  {
    action: 'disable-credentials',
    about: 'Take a user, group or service account out of all role bindings, and delete its token Secrets',
    targets: ['user', 'group', 'cluster'],
    holds: true,
    examples: [
      ["whoran response disable-credentials --user jane@example.com --cluster prod --reason 'incident 42' --preview", 'the exact list'],
      [
        "whoran response disable-credentials --user system:serviceaccount:ci:bot --cluster prod --for forever --reason 'leaked'",
        'for good',
      ],
    ],
    more: 'An undo puts the subjects back where they were. What cannot be taken away, such as certificates, is listed.',
  },
  {
    action: 'isolate-pod',
    about: 'Cut a pod off the network, by a label and a network policy',
    targets: ['cluster', 'namespace', 'pod'],
    holds: true,
    examples: [["whoran response isolate-pod --cluster prod -n payments --pod api-0 --reason 'incident 42' --for 4h", 'for four hours']],
    more: 'It works where the network plugin applies network policies; pods that use the network of their node cannot be isolated.',
  },
];

/** `whoran response quarantine` and so on: one command for each action. */
export function addAskings(parent: Command, context: CliContext): void {
  for (const asking of ASKINGS) addAsking(parent, context, asking);
}

function addAsking(parent: Command, context: CliContext, { action, about, targets, holds, examples, more }: Asking): void {
  const command = addOutput(addRouter(parent.command(action).description(about)));
  for (const target of targets) command.addOption(OPTIONS[target]());
  command.requiredOption('--reason <text>', 'why; shown to whoever is refused');
  if (holds) command.addOption(new Option('--for <span>', 'how long: 30m, 2h, 7d, or forever').argParser(parseSpan));
  command
    .option('--alert <id>', 'the alert that it answers')
    .option('--id <id>', 'an id of your own: the same twice does no more than once')
    .option('--dry-run', 'change nothing, and record what would be done')
    .option('--preview', 'change nothing, and record nothing: only show what would be done');
  addExamples(command, examples, more);
  command.action(() => ask(command, context, action));
}

interface AskOptions extends Readonly<Partial<Record<Target, string>>> {
  readonly reason: string;
  readonly for?: string;
  readonly alert?: string;
  readonly id?: string;
  readonly dryRun?: boolean;
  readonly preview?: boolean;
}

async function ask(command: Command, context: CliContext, action: ResponseAction): Promise<void> {
  const { user, group, credential, cluster, namespace, pod, preview = false, ...options } = command.opts<AskOptions>();
  if (preview && options.dryRun) throw new Failure('--preview and --dry-run exclude each other', { status: EXIT.usage });
  const target = { user, group, credentialId: credential, cluster, namespace, pod };
  const body = {
    id: options.id ?? randomUUID(),
    action,
    target: Object.fromEntries(Object.entries(target).filter(([, value]) => value !== undefined)),
    reason: options.reason,
    author: userOf(context),
    dryRun: options.dryRun ?? false,
    ...(options.for === undefined ? {} : { duration: options.for }),
    ...(options.alert === undefined ? {} : { alert: options.alert }),
  };
  const response = await context.router(command).post<Response>(`/api/v1/responses${preview ? '/preview' : ''}`, body);
  await tellResponse(response, context, command);
  if (preview) context.note('a preview: nothing was changed');
  else if (response.id !== body.id) context.note(`it is so already, by response ${response.id}: nothing was done`);
  else context.note(responseSummary(response));
  if (response.state === 'failed') context.finish(EXIT.failed);
}

function parseSpan(text: string): string {
  if (text === 'forever' || parseDuration(text)) return text;
  throw new InvalidArgumentError('It must be a span such as 30m, 2h or 7d, or forever.');
}
