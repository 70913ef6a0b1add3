import { parseArgs } from 'node:util';
import type { Help } from '@whoran/command';
import { type Result, err, messageOf, ok } from '@whoran/kernel';

/** What `npm run faults` is asked for. */
export interface FaultsOptions {
  readonly kind: 'faults';
  /** Short loads and outages, and services that stay up between rows. */
  readonly quick: boolean;
  /** Names of rows; empty: all. */
  readonly only: readonly string[];
  readonly json: boolean;
  /** Falco events a second, of all clusters together. */
  readonly rate: number;
  readonly loadSeconds: number;
  readonly outageSeconds: number;
  /** Where the table is written. */
  readonly markdown: string | undefined;
}

/** What `npm run soak` is asked for. */
export interface SoakOptions {
  readonly kind: 'soak';
  readonly minutes: number;
  readonly rate: number;
  readonly json: boolean;
}

const FAULTS = `Shows what a fault costs: real Kafka, Redis and PostgreSQL, every service a process of its own, steady load, one row a fault.

  npm run faults -- [options]

  --quick             10 s of load and outages of 5 s, instead of 60 s and 30 s
  --only NAME,NAME    these rows only
  --list              the names of the rows
  --json              one JSON array on standard output
  --rate 2000         Falco events a second
  --seconds 60        how long the load is on in each row
  --outage 30         how long what is away stays away, seconds
  --markdown FILE     write the table into this file, between its two marks
  --help              this text

Ends with 0; with 1 if anything was lost, doubled or wrong; with 2 if it cannot run.
`;

const SOAK = `Runs the services under steady load without a fault, and looks for what grows.

  npm run soak -- [options]

  --minutes 10        how long
  --rate 1000         Falco events a second
  --json              one JSON object on standard output
  --help              this text

Ends with 0; with 1 if memory or open files grow, or the lag is not zero at the end; with 2 if it cannot run.
`;

const STRING = { type: 'string' } as const;
const FLAG = { type: 'boolean', default: false } as const;

/** Reads the command line of `faults`; an error says what to write instead. `rows` are the names there are. */
export function readFaultsOptions(args: readonly string[], rows: readonly string[]): Result<FaultsOptions | Help, string> {
  return reading(() => {
    const options = {
      quick: FLAG,
      json: FLAG,
      list: FLAG,
      help: { ...FLAG, short: 'h' },
      only: STRING,
      rate: STRING,
      seconds: STRING,
      outage: STRING,
      markdown: STRING,
    } as const;
    const { values } = parseArgs({ args: [...args], options });
    if (values.help) return { kind: 'help', text: FAULTS };
    if (values.list) return { kind: 'help', text: `${rows.join('\n')}\n` };
    const only = (values.only ?? '').split(',').filter((name) => name !== '');
    const unknown = only.filter((name) => !rows.includes(name));
    if (unknown.length > 0) throw new Error(`--only: there is no row ${unknown.join(', ')}; --list says which there are`);
    return {
      kind: 'faults',
      quick: values.quick,
      only,
      json: values.json,
      rate: readNumber('rate', values.rate ?? '2000'),
      loadSeconds: readNumber('seconds', values.seconds ?? (values.quick ? '10' : '60')),
      outageSeconds: readNumber('outage', values.outage ?? (values.quick ? '5' : '30')),
      markdown: values.markdown,
    };
  });
}

/** Reads the command line of `soak`; an error says what to write instead. */
export function readSoakOptions(args: readonly string[]): Result<SoakOptions | Help, string> {
  return reading(() => {
    const options = { minutes: STRING, rate: STRING, json: FLAG, help: { ...FLAG, short: 'h' } } as const;
    const { values } = parseArgs({ args: [...args], options });
    if (values.help) return { kind: 'help', text: SOAK };
    const [minutes, rate] = [readNumber('minutes', values.minutes ?? '10'), readNumber('rate', values.rate ?? '1000')];
    return { kind: 'soak', minutes, rate, json: values.json };
  });
}

function reading<T>(read: () => T): Result<T, string> {
  try {
    return ok(read());
  } catch (error) {
    return err(messageOf(error));
  }
}

function readNumber(name: string, text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new Error(`--${name}: write a whole number above 0`);
  return Number(text);
}
