import { type FieldCatalog, type FieldDescription, auditFields, syscallFields } from '@whoran/rules';
import { page, table } from './table.ts';

const INTRODUCTION = `What rules may use in conditions and outputs. Names and types are Falco's, apart from \`k8s.user.*\` and \`exec.*\`, which are
ours. \`[index]\` and \`[key]\` are what may stand behind a name, or must where it is in bold. Fields with \`[]\` behind their type are lists.
What the operators do with each type stands in [operators.md](operators.md).`;

const SYSCALL = `What Falco sends in \`output_fields\`, and what is made of it: \`fd.ip\`, \`fd.net\`, \`fd.port\` of the addresses and ports of both
ends, \`fd.cnet\` and its like of the address of one end, ancestors without an index of their names or of the ancestors by index. Falco
sends the fields that its own rule prints, and those of \`append_output\`: other fields are absent.`;

const AUDIT = 'What Kubernetes audit events have, as in the plugins k8saudit and json.';

/** docs/fields.md: every field of rules. */
export function fieldsPage(): string {
  const [audit, syscall] = [auditFields(), syscallFields()];
  const shared = new Set(syscall.list().map(({ name }) => name));
  const isShared = ({ name }: FieldDescription): boolean => shared.has(name);
  const isOurs = ({ name }: FieldDescription): boolean => /^(?:k8s\.user|exec)\./.test(name);
  return page(
    'Fields of rules',
    INTRODUCTION,
    `## Who did it\n\nFor both sources.\n\n${rows(audit, isOurs)}`,
    `## Every event\n\nTimes are in UTC.\n\n${rows(audit, (field) => isShared(field) && !isOurs(field))}`,
    `## Source \`k8s_audit\`\n\n${AUDIT}\n\n${rows(audit, (field) => !isShared(field))}`,
    `## Source \`syscall\`\n\n${SYSCALL}\n\n${rows(syscall, ({ name }) => !audit.list().some((field) => field.name === name))}`,
  );
}

function rows(catalog: FieldCatalog, wanted: (field: FieldDescription) => boolean): string {
  const fields = catalog.list().filter(wanted);
  return table(
    ['Field', 'Type', 'About'],
    fields.map((field) => [nameOf(field), `${field.type}${field.list ? '[]' : ''}`, field.about]),
  );
}

function nameOf({ name, argument, argumentRequired }: FieldDescription): string {
  if (argument === 'none') return `\`${name}\``;
  const brackets = `\`[${argument.replaceAll('-', ' ')}]\``;
  return argumentRequired ? `\`${name}\` **${brackets}**` : `\`${name}\` ${brackets}`;
}
