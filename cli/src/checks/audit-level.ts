import { type YamlMap, listOf, mapOf, textsOf } from './read-yaml.ts';

/** How much of a request the audit log has, least first. */
export const AUDIT_LEVELS = ['None', 'Metadata', 'Request', 'RequestResponse'] as const;
/** One of the levels of audit policies. */
export type AuditLevel = (typeof AUDIT_LEVELS)[number];

/** A kind of request, as audit policies see it. `resource` is `pods` or `pods/exec`, of the core group. */
export interface AuditedRequest {
  readonly resource: string;
  readonly verb: string;
}

/** What a policy says about a kind of request, for users and objects that no rule singles out, and for those that one does. */
export interface AuditAnswer {
  readonly level: AuditLevel;
  readonly omitStages: readonly string[];
  /** Rules before the deciding one that log some of these requests at another level: for certain users, namespaces or names. */
  readonly exceptions: readonly { readonly level: AuditLevel; readonly whom: string }[];
}

/**
 * Answers by the first rule that matches, as the API server does (apiserver/pkg/audit/policy/checker.go). No rule means
 * level None. Rules that are narrowed to users, groups, namespaces or names are exceptions, and the search goes on; those for nodes and other parts
 * of Kubernetes do not count.
 */
export function auditLevelOf(policy: YamlMap, request: AuditedRequest): AuditAnswer {
  const exceptions: { level: AuditLevel; whom: string }[] = [];
  const everywhere = textsOf(policy['omitStages']);
  for (const rule of listOf(policy['rules']).map(mapOf)) {
    if (!matches(rule, request)) continue;
    const level = levelOf(rule['level']);
    if (isForMachines(rule)) continue;
    const whom = narrowedTo(rule, request);
    if (whom === '') return { level, omitStages: [...everywhere, ...textsOf(rule['omitStages'])], exceptions };
    exceptions.push({ level, whom });
  }
  return { level: 'None', omitStages: everywhere, exceptions };
}

/** Whether one level has at least as much as another. */
export function isAtLeast(level: AuditLevel, wanted: AuditLevel): boolean {
  return AUDIT_LEVELS.indexOf(level) >= AUDIT_LEVELS.indexOf(wanted);
}

/** Parts of Kubernetes itself, in whose name nobody runs commands; service accounts do. */
const MACHINE = /^system:(?:apiserver$|kube-|node:|nodes$)/;

function isForMachines(rule: YamlMap): boolean {
  const named = [...textsOf(rule['users']), ...textsOf(rule['userGroups'])];
  return named.length > 0 && named.every((name) => MACHINE.test(name));
}

function matches(rule: YamlMap, request: AuditedRequest): boolean {
  const verbs = textsOf(rule['verbs']);
  if (verbs.length > 0 && !verbs.includes(request.verb) && !verbs.includes('*')) return false;
  const groups = listOf(rule['resources']).map(mapOf);
  if (groups.length > 0) return groups.some((group) => matchesGroup(group, request.resource));
  return listOf(rule['nonResourceURLs']).length === 0;
}

function matchesGroup(group: YamlMap, resource: string): boolean {
  if ((group['group'] ?? '') !== '') return false;
  const names = textsOf(group['resources']);
  const [main = '', sub] = resource.split('/');
  return (
    names.length === 0 ||
    names.some((name) => name === resource || name === '*' || (sub !== undefined && name === `*/${sub}`) || name === `${main}/*`)
  );
}

function narrowedTo(rule: YamlMap, request: AuditedRequest): string {
  const named = listOf(rule['resources'])
    .map(mapOf)
    .filter((group) => matchesGroup(group, request.resource));
  const parts = [
    ['users', textsOf(rule['users'])],
    ['groups', textsOf(rule['userGroups']).filter((group) => group !== 'system:authenticated')],
    ['namespaces', textsOf(rule['namespaces'])],
    [
      'names',
      named.length > 0 && named.every((group) => listOf(group['resourceNames']).length > 0)
        ? named.flatMap((group) => textsOf(group['resourceNames']))
        : [],
    ],
  ] as const;
  return parts
    .filter(([, list]) => list.length > 0)
    .map(([what, list]) => `${what} ${list.slice(0, 5).join(', ')}${list.length > 5 ? ', …' : ''}`)
    .join(' and ');
}

function levelOf(value: unknown): AuditLevel {
  return AUDIT_LEVELS.find((level) => level === value) ?? 'None';
}
