import { textOf } from '../../audit/json-document.ts';
import { type FieldDefinition, indexedField, keyedField, textField, textsField } from '../catalog.ts';
import { at } from '../json-path.ts';
import { auditOf, readList, readText, textAt } from './audit-value.ts';

const subjects = readList(['requestObject', 'subjects']);
const rules = readList(['requestObject', 'rules']);

function namesOf(kind: string): FieldDefinition['resolve'] {
  return () => ({
    read: (event) => nonEmpty(subjectsOf(subjects(event), kind).map((subject) => textAt(subject, ['name']))),
  });
}

function subjectsOf(all: readonly unknown[] | undefined, kind: string): readonly unknown[] {
  return all?.filter((subject) => textAt(subject, ['kind']) === kind) ?? [];
}

function nonEmpty(texts: readonly (string | undefined)[]): readonly string[] | undefined {
  const found = texts.filter((text) => text !== undefined);
  return found.length === 0 ? undefined : found;
}

function subjectNames(name: string, kind: string, about: string): FieldDefinition {
  return { ...textsField(name, about, () => undefined), resolve: namesOf(kind) };
}

function ruleParts(part: string, about: string): FieldDefinition {
  return indexedField(`ka.req.role.rules.${part}`, about, (event, index) =>
    rules(event, index)?.flatMap((rule) => {
      const values = at(rule, [part]);
      return Array.isArray(values) ? values.map(textOf) : [];
    }),
  );
}

/** Bindings of roles that are asked for. */
export const bindingFields: readonly FieldDefinition[] = [
  textsField('ka.req.binding.subjects', 'Who is bound to the role, each as JSON.', (event) => subjects(event)?.map(textOf)),
  subjectNames('ka.req.binding.subjects.user_names', 'User', 'The users that are bound to the role.'),
  subjectNames('ka.req.binding.subjects.serviceaccount_names', 'ServiceAccount', 'The service accounts that are bound to the role.'),
  textsField(
    'ka.req.binding.subjects.serviceaccount_ns_names',
    'The service accounts that are bound to the role, as namespace:name.',
    (event) =>
      nonEmpty(
        subjectsOf(subjects(event), 'ServiceAccount').map((subject) => {
          const [namespace, name] = [textAt(subject, ['namespace']), textAt(subject, ['name'])];
          return namespace === undefined || name === undefined ? undefined : `${namespace}:${name}`;
        }),
      ),
  ),
  subjectNames('ka.req.binding.subjects.group_names', 'Group', 'The groups that are bound to the role.'),
  textField('ka.req.binding.role', 'The name of the role that is bound.', readText('requestObject', 'roleRef', 'name')),
  keyedField('ka.req.binding.subject.has_name', 'As in Falco: always true. Use ka.req.binding.subjects.user_names.', (event) =>
    auditOf(event) === undefined ? undefined : 'true',
  ),
];

/** Roles that are asked for. With an index only one of the rules counts. */
export const roleFields: readonly FieldDefinition[] = [
  textsField('ka.req.role.rules', 'The rules of the role, each as JSON.', (event) => rules(event)?.map(textOf)),
  ruleParts('apiGroups', 'The API groups that the rules are about.'),
  ruleParts('nonResourceURLs', 'The URLs that the rules are about.'),
  ruleParts('verbs', 'What the rules allow.'),
  ruleParts('resources', 'The resources that the rules are about.'),
];
