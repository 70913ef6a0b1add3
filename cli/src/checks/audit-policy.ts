import type { CheckRecord } from '@whoran/forensics-api';
import { type AuditAnswer, type AuditLevel, type AuditedRequest, auditLevelOf, isAtLeast } from './audit-level.ts';
import { bad, good, odd } from './check.ts';
import { mapOf } from './read-yaml.ts';

interface Wanted extends AuditedRequest {
  /** From this level on everything is known. Metadata already has who, when, where and, for an exec, the command. */
  readonly level: AuditLevel;
  readonly about: string;
}

const STREAMS = ['pods/exec', 'pods/attach', 'pods/portforward'];
const WANTED: readonly Wanted[] = [
  // WebSocket clients send get, SPDY clients create.
  ...STREAMS.flatMap((resource) =>
    ['get', 'create'].map((verb) => ({ resource, verb, level: 'Metadata' as const, about: 'sessions without a token have no user' })),
  ),
  ...['update', 'patch'].map((verb) => ({
    resource: 'pods/ephemeralcontainers',
    verb,
    level: 'Request' as const,
    about: 'the containers of kubectl debug are not known',
  })),
  { resource: 'pods', verb: 'create', level: 'Request', about: 'pods made by kubectl debug are not known' },
];

/** Whether an audit policy logs what sessions are joined by. */
export function checkAuditPolicy(documents: readonly unknown[], file: string): readonly CheckRecord[] {
  const policy = documents
    .map(mapOf)
    .find((document) => document['kind'] === 'Policy' && String(document['apiVersion']).startsWith('audit.k8s.io/'));
  if (!policy)
    return [
      bad('audit-policy', `${file} is no audit policy`, 'name the file of --audit-policy-file: kind Policy, apiVersion audit.k8s.io/v1'),
    ];
  const byResource = Map.groupBy(WANTED, ({ resource }) => resource);
  return [...byResource].map(([resource, requests]) =>
    worst(
      requests.map((wanted) => checkRequest(wanted, auditLevelOf(policy, wanted))),
      `${resource} is logged at ${requests[0]?.level ?? ''} or above`,
    ),
  );
}

function checkRequest(wanted: Wanted, answer: AuditAnswer): CheckRecord | undefined {
  const what = `${wanted.resource} (${wanted.verb})`;
  const rule = `put a rule before the others: level: ${wanted.level}, resources: [{group: "", resources: [${wanted.resource}]}]`;
  if (answer.level === 'None') return bad('audit-policy', `${what} is not logged: ${wanted.about}`, rule);
  const stage = (STREAMS.includes(wanted.resource) ? ['ResponseStarted', 'ResponseComplete'] : ['ResponseComplete']).find((name) =>
    answer.omitStages.includes(name),
  );
  if (stage)
    return bad('audit-policy', `${what} is logged without the stage ${stage}`, `take ${stage} out of omitStages; RequestReceived may stay`);
  if (!isAtLeast(answer.level, wanted.level)) return odd('audit-policy', `${what} is logged at ${answer.level}: ${wanted.about}`, rule);
  const silent = answer.exceptions.find(({ level }) => level === 'None');
  if (silent)
    return odd(
      'audit-policy',
      `${what} is not logged for ${silent.whom}`,
      'put the rule for it before that one, unless nobody acts in that name',
    );
  return undefined;
}

/** The worst that was found about a resource, or that all is well. */
function worst(found: readonly (CheckRecord | undefined)[], well: string): CheckRecord {
  const problems = found.filter((check) => check !== undefined);
  return problems.find(({ status }) => status === 'fail') ?? problems[0] ?? good('audit-policy', well);
}
