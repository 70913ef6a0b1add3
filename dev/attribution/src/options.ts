import { parseArgs } from 'node:util';
import type { Help } from '@whoran/command';
import { type Result, err, messageOf, ok, parseDuration } from '@whoran/kernel';
import type { Disturbance } from './schedule.ts';
import type { Wanted } from './servers.ts';

/** What the command line asks for. */
export type Command =
  | Help
  | {
      readonly kind: 'run';
      readonly folder: string;
      readonly all: boolean;
      readonly json: boolean;
      readonly wanted: Wanted;
      readonly disturbance: Disturbance;
    };

/** What `--help` prints. */
const USAGE = `Measures attribution: feeds a recording through the real services and compares with truth.jsonl.

  npm run attribution -- <folder> [options]

  --all               every disturbance in one report
  --json              one JSON array on standard output, one object a variant
  --drop 10%          lose this share of the Falco events
  --duplicate 10%     deliver this share of the Falco events twice
  --shuffle 2s        deliver each Falco event up to this much later
  --audit-delay 30s   deliver every EventList this much later
  --restart-at 50%    after this share of the input, restart the resolver: it forgets everything, unless the store is redis
  --without-forks     leave out Falco's fork events
  --seed N            choose other events (1)
  --bus kafka         run on Kafka in place of the bus in this process
  --store redis       keep what the resolver knows in Redis; the servers are started unless WHORAN_TEST_KAFKA_BROKERS and
                      WHORAN_TEST_REDIS_URL name them
  --help              this text

Ends with 0; with 1 if anything is wrong or falsely attributed; with 2 if it cannot run.
`;

const STRING = { type: 'string' } as const;
const FLAG = { type: 'boolean', default: false } as const;
const OPTIONS = {
  all: FLAG,
  json: FLAG,
  help: { ...FLAG, short: 'h' },
  'without-forks': FLAG,
  drop: STRING,
  duplicate: STRING,
  shuffle: STRING,
  'audit-delay': STRING,
  'restart-at': STRING,
  seed: STRING,
  bus: STRING,
  store: STRING,
} as const;

/** Reads the command line; an error says what to write instead. */
export function readOptions(args: readonly string[]): Result<Command, string> {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
    if (values.help) return ok({ kind: 'help', text: USAGE });
    const [folder, ...more] = positionals;
    if (folder === undefined || more.length > 0) return err('name one folder, such as recordings/exec-a');
    const wanted = {
      kafka: readChoice('bus', values.bus, ['in-process', 'kafka']) === 'kafka',
      redis: readChoice('store', values.store, ['memory', 'redis']) === 'redis',
    };
    const disturbance: Disturbance = {
      seed: readInteger(values.seed ?? '1'),
      drop: readShare('drop', values.drop),
      duplicate: readShare('duplicate', values.duplicate),
      shuffle: readDuration('shuffle', values.shuffle),
      auditDelay: readDuration('audit-delay', values['audit-delay']),
      restartAt: readShare('restart-at', values['restart-at']),
      withoutForks: values['without-forks'],
    };
    return ok({ kind: 'run', folder, all: values.all, json: values.json, wanted, disturbance });
  } catch (error) {
    return err(messageOf(error));
  }
}

function readChoice(name: string, text: string | undefined, choices: readonly [string, string]): string {
  if (text !== undefined && !choices.includes(text)) throw new Error(`--${name}: write ${choices.join(' or ')}`);
  return text ?? choices[0];
}

function readShare(name: string, text = '0%'): number {
  const share = /^\d{1,3}(\.\d{1,3})?%$/.test(text) ? Number(text.slice(0, -1)) / 100 : NaN;
  if (!(share <= 1)) throw new Error(`--${name}: write a share from 0% to 100%, such as 10%`);
  return share;
}

function readDuration(name: string, text = '0s'): number {
  const duration = parseDuration(text);
  if (duration === undefined) throw new Error(`--${name}: write a duration such as 500ms, 2s or 1m`);
  return duration;
}

function readInteger(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error('--seed: write a whole number');
  return Number(text);
}
