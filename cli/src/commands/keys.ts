import { type KeyInfo, type RetireRefusal, generateKey, listKeys, readKeyFolder, retireKey } from '@whoran/keyring';
import { assertNever, messageOf, printIssue } from '@whoran/kernel';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { EXIT, Failure } from '../failure.ts';
import { addExamples, addOutput } from '../options.ts';
import { type Columns, printList } from '../render/listing.ts';
import { visible } from '../render/visible.ts';

/** `whoran keys generate|list|retire`: the keys of identity tokens, in a folder on this machine. */
export function addKeys(program: Command, context: CliContext): void {
  const keys = program.command('keys').description('Generate, list and retire the keys that sign identity tokens');
  addExamples(keys, [['whoran keys generate --dir ./keys', 'a new key; webhooks sign with it after a minute']]);
  addGenerate(keys, context);
  addList(keys, context);
  addRetire(keys, context);
}

function addGenerate(keys: Command, context: CliContext): void {
  const command = keys.command('generate').description('Make a new key pair').requiredOption('--dir <dir>', 'the folder of the keys');
  addOutput(command);
  addExamples(
    command,
    [['whoran keys generate --dir ./keys', 'the first key, or the next one of a rotation']],
    'Resolvers need only the public key: give them the *.pub.pem files. The private key, *.key.pem, is for the webhook alone.',
  );
  command.action(() => write(command, context, (dir) => [generateKey(dir)]));
}

function addList(keys: Command, context: CliContext): void {
  const command = keys.command('list').description('List the keys of a folder').requiredOption('--dir <dir>', 'the folder of the keys');
  addOutput(command);
  addExamples(
    command,
    [['whoran keys list --dir ./keys', 'which key signs, and which only verify']],
    'active signs now; standby has a private key and does not sign; retired only verifies what it signed before.',
  );
  command.action(() =>
    write(command, context, (dir) => {
      for (const issue of readKeyFolder(dir).issues) context.note(`warning: ${visible(printIssue(issue))}`);
      return listKeys(dir);
    }),
  );
}

function addRetire(keys: Command, context: CliContext): void {
  const command = keys
    .command('retire <kid>')
    .description('Remove a private key and keep the public one')
    .requiredOption('--dir <dir>', 'the folder of the keys')
    .option('--force', 'also the last one: execs are no longer injected then');
  addOutput(command);
  addExamples(command, [['whoran keys retire k20260101T100000Z --dir ./keys', 'end a rotation: tokens signed before still verify']]);
  command.action((kid: string) =>
    write(command, context, (dir) => {
      const retired = retireKey(dir, kid, { force: command.opts<{ force?: boolean }>().force === true });
      if (!retired.ok) throw refused(retired.error, kid, dir);
      return [retired.value];
    }),
  );
}

async function write(command: Command, context: CliContext, work: (dir: string) => readonly KeyInfo[]): Promise<void> {
  const { dir } = command.opts<{ dir: string }>();
  const keys = attempt(dir, () => work(dir));
  if (keys.length === 0) return context.note(`no keys in ${visible(dir)}: whoran keys generate --dir makes one`);
  await context.out(printList(keyColumns, keys, context.style(command)));
}

function attempt<T>(dir: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(`the keys in ${dir} cannot be used: ${messageOf(error)}`, { cause: error });
  }
}

function refused(reason: RetireRefusal, kid: string, dir: string): Failure {
  switch (reason) {
    case 'invalid-kid':
      return new Failure(`${kid} cannot be the name of a key: whoran keys list shows the names`, { status: EXIT.usage });
    case 'unknown-key':
      return new Failure(`there is no key ${kid} in ${dir}: whoran keys list shows the names`);
    case 'already-retired':
      return new Failure(`${kid} is retired already`);
    case 'last-key':
      return new Failure(`${kid} is the last private key: generate another first, or add --force to end injection`);
    default:
      return assertNever(reason);
  }
}

const created = (key: KeyInfo) => new Date(key.createdAt).toISOString();

const keyColumns: Columns<KeyInfo> = {
  table: [
    { title: 'KID', text: (key) => key.kid, min: 17 },
    { title: 'STATE', text: (key) => key.state, tone: (key) => (key.state === 'active' ? 'good' : 'plain') },
    { title: 'CREATED', zoned: true, text: (key, face) => face.date(created(key)), min: 19 },
    { title: 'FINGERPRINT', text: (key) => key.fingerprint },
  ],
  csv: [
    { name: 'kid', value: (key) => key.kid },
    { name: 'state', value: (key) => key.state },
    { name: 'created', value: created },
    { name: 'fingerprint', value: (key) => key.fingerprint },
  ],
};
