import { attributionFields } from '../attribution-fields.ts';
import { type FieldDefinition, catalogOf, spelled, textField } from '../catalog.ts';
import { eventFields } from '../event-fields.ts';
import type { FieldCatalog, FieldDescription } from '../field.ts';
import { ancestorFields } from './ancestor-fields.ts';
import { connectionFields } from './connection-fields.ts';
import { containerRows } from './container-rows.ts';
import { eventRows } from './event-rows.ts';
import { type FieldRow, describe } from './field-row.ts';
import { fileRows } from './file-rows.ts';
import { processRows } from './process-rows.ts';
import { typeOfArgument } from './raw-argument.ts';
import { sent, valueOf } from './sent-value.ts';

/** Which fields there are. */
export interface SyscallFieldsOptions {
  /** The keys of `output_fields` that Falco sends: fields of these names exist, known here or not. */
  readonly sent?: ReadonlySet<string>;
}

/** The fields of source `syscall`: what Falco sends in `output_fields`, what can be made of it, and who did it. */
export function syscallFields({ sent: keys = new Set<string>() }: SyscallFieldsOptions = {}): FieldCatalog {
  return catalogOf(
    DEFINITIONS,
    (name, argument) => dotted(name) ?? (keys.has(spelled(name, argument)) ? other(name, argument) : undefined),
  );
}

/** A field that is sent under its own name. */
function sentField(description: FieldDescription): FieldDefinition {
  const { name, type } = description;
  return {
    ...description,
    resolve: (argument) => {
      const key = spelled(name, argument);
      return { read: (event) => valueOf(type, sent(event, key)), json: (event) => sent(event, key) ?? null };
    },
  };
}

const FD_TYPES: FieldDescription = {
  ...describe(['fd.types', 'CHARBUF', 'The types of all file descriptors of the event, or of one by index.', 'index']),
  list: true,
};

const RAW_ARGUMENT: FieldRow = [
  'evt.rawarg',
  'INT64',
  'One argument by name as the kernel has it, as in evt.rawarg.fd: a number, unless its name says that it is a path.',
  'index-or-key',
  'required',
];

const DEPRECATED_DIRECTION = unlessSent(
  textField('evt.dir', 'Deprecated: <, since events are exits, unless Falco sent another.', () => '<'),
);

const ROWS = [...eventRows, RAW_ARGUMENT, ...processRows, ...fileRows, ...containerRows].map(describe);

/** What Falco sent counts; what it did not send is known from the event itself. */
function unlessSent(definition: FieldDefinition): FieldDefinition {
  const { name, type } = definition;
  return {
    ...definition,
    resolve: (argument) => {
      const { read, json = read } = definition.resolve(argument);
      return {
        read: (event) => valueOf(type, sent(event, name)) ?? read(event),
        json: (event) => sent(event, name) ?? json(event),
      };
    },
  };
}

/** Times are sent as integers whatever they are as a text. */
const OF_EVENT = eventFields.map((definition) => (/time/.test(definition.name) ? definition : unlessSent(definition)));

const OURS = [...OF_EVENT, DEPRECATED_DIRECTION, ...ancestorFields, ...connectionFields, ...attributionFields];
const OUR_NAMES = new Set(OURS.map(({ name }) => name));

const DEFINITIONS: readonly FieldDefinition[] = [...OURS, ...[...ROWS, FD_TYPES].filter(({ name }) => !OUR_NAMES.has(name)).map(sentField)];

/** Fields whose argument may stand behind a dot. */
const DOTTED = ['evt.arg', 'evt.rawarg', 'evt.abspath', 'evt.type.is', 'thread.cgroup'];

function dotted(name: string): FieldDefinition | undefined {
  const base = DOTTED.find((field) => name.startsWith(`${field}.`));
  const row = base === undefined ? undefined : ROWS.find((each) => each.name === base);
  if (base === undefined || row === undefined) return undefined;
  const type = base === 'evt.rawarg' ? typeOfArgument(name.slice(base.length + 1)) : row.type;
  return sentField({ ...row, name, type, argument: 'none', argumentRequired: false });
}

function other(name: string, argument: string | undefined): FieldDefinition {
  return sentField(describe([name, 'CHARBUF', 'Sent by Falco.', argument === undefined ? 'none' : 'index-or-key']));
}
