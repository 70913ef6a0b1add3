import { textOf } from '../../audit/json-document.ts';
import { type FieldDefinition, indexedField, textField } from '../catalog.ts';
import type { RuleEvent } from '../field.ts';
import { at, listAt } from '../json-path.ts';
import { auditOf, textAt, textsAt } from './audit-value.ts';

/** The three lists of containers that a pod has. */
type ContainerList = 'containers' | 'initContainers' | 'ephemeralContainers';

/** The containers, the pod's spec around them, and whether they came as a list. */
interface Containers {
  readonly items: readonly unknown[];
  readonly spec: unknown;
  readonly isList: boolean;
}

type Read = (containers: Containers) => readonly string[] | undefined;

interface ContainerField {
  readonly name: string;
  readonly about: string;
  readonly read: Read;
}

/** An object where a list should be counts as its only element, whatever the index, as in Falco. */
function containersOf(event: RuleEvent, list: ContainerList, index: number | undefined): Containers | undefined {
  const spec = at(auditOf(event), ['requestObject', 'spec']);
  const found = at(spec, [list]);
  if (Array.isArray(found)) return { items: index === undefined ? found : found.slice(index, index + 1), spec, isList: true };
  return typeof found === 'object' && found !== null ? { items: [found], spec, isList: false } : undefined;
}

/** What each container has; one without makes the whole list absent. */
const eachMust =
  (...path: readonly string[]): Read =>
  ({ items }) => {
    const texts = items.map((container) => textAt(container, path));
    return texts.every((text) => text !== undefined) ? texts : undefined;
  };

/** What containers have in their securityContext; those without are left out. */
const inContext =
  (...path: readonly string[]): Read =>
  ({ items }) =>
    textsAt(items, ['securityContext', ...path]);

/** Words joined with a blank; one that is no text makes the whole list absent. */
const words =
  (key: string): Read =>
  ({ items }) => {
    const lists = items.map((container) => at(container, [key])).filter((list) => list !== undefined);
    return lists.every(areTexts) ? lists.map((list) => list.join(' ')) : undefined;
  };

function areTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((word) => typeof word === 'string');
}

/** As in Falco, the securityContext is not looked at: the container's own key, the pod's, or 0. */
const effective =
  (key: string): Read =>
  ({ items, spec, isList }) => {
    const ofPod = textAt(spec, [key]) ?? '0';
    return isList ? items.map((container) => textAt(container, [key]) ?? ofPod) : undefined;
  };

const hostPorts: Read = ({ items }) =>
  items.flatMap((container) =>
    (listAt(container, ['ports']) ?? [])
      .map((port) => textAt(port, ['hostPort']) ?? textAt(port, ['containerPort']))
      .filter((port) => port !== undefined),
  );

const repositories: Read = (containers) => eachMust('image')(containers)?.map(repositoryOf);

/** As in Falco, a registry with a port is cut at the port. */
function repositoryOf(image: string): string {
  return (image.split(':', 1)[0] ?? '').split('@', 1)[0] ?? '';
}

const CONTAINER_FIELDS: readonly ContainerField[] = [
  { name: 'args', about: 'the arguments, joined with blanks', read: words('args') },
  { name: 'command', about: 'the command, joined with blanks', read: words('command') },
  { name: 'name', about: 'the name', read: eachMust('name') },
  { name: 'image', about: 'the image', read: eachMust('image') },
  { name: 'image.repository', about: 'the image up to the first : or @', read: repositories },
  { name: 'host_port', about: 'the ports on the host, or else in the container', read: hostPorts },
  { name: 'privileged', about: 'whether it is privileged', read: inContext('privileged') },
  {
    name: 'allow_privilege_escalation',
    about: 'whether its processes may gain privileges',
    read: inContext('allowPrivilegeEscalation'),
  },
  { name: 'read_only_fs', about: 'whether its root filesystem is read-only', read: inContext('readOnlyRootFilesystem') },
  { name: 'run_as_user', about: 'the user id it asks for', read: inContext('runAsUser') },
  { name: 'eff_run_as_user', about: 'as in Falco: runAsUser outside of securityContext, or 0', read: effective('runAsUser') },
  { name: 'run_as_group', about: 'the group id it asks for', read: inContext('runAsGroup') },
  { name: 'eff_run_as_group', about: 'as in Falco: runAsGroup outside of securityContext, or 0', read: effective('runAsGroup') },
  { name: 'proc_mount', about: 'how /proc is mounted', read: inContext('procMount') },
  { name: 'add_capabilities', about: 'the capabilities it asks for, as a JSON list', read: inContext('capabilities', 'add') },
];

function fieldsOfList(list: ContainerList, what: string): readonly FieldDefinition[] {
  return CONTAINER_FIELDS.map(({ name, about, read }) =>
    indexedField(`ka.req.pod.${list}.${name}`, `Of each ${what}: ${about}.`, (event, index) => {
      const containers = containersOf(event, list, index);
      return containers && read(containers);
    }),
  );
}

function first(event: RuleEvent, read: Read): string | undefined {
  const containers = containersOf(event, 'containers', 0);
  return containers && read(containers)?.[0];
}

/** What the containers of a pod that is asked for are to be. */
export const containerFields: readonly FieldDefinition[] = [
  ...fieldsOfList('containers', 'container'),
  ...fieldsOfList('initContainers', 'init container'),
  // Falco has no ports of ephemeral containers: Kubernetes does not allow them.
  ...fieldsOfList('ephemeralContainers', 'ephemeral container').filter(({ name }) => !name.endsWith('.host_port')),
  textField('ka.req.container.image', 'Deprecated: the image of the first container.', (event) => first(event, eachMust('image'))),
  textField('ka.req.container.image.repository', 'Deprecated: that image up to the first : or @.', (event) => first(event, repositories)),
  textField('ka.req.container.privileged', 'Deprecated: whether any container is privileged.', (event) => {
    const containers = listAt(auditOf(event), ['requestObject', 'spec', 'containers']);
    return containers && textOf(containers.some((container) => at(container, ['securityContext', 'privileged']) === true));
  }),
];
