import fc from 'fast-check';
import type { RuleEvent } from './fields/field.ts';
import type { FieldKind } from './spec-field-kinds.ts';
import { checksOf } from './spec-rules.ts';

const VERBS = ['create', 'get', 'update', 'delete'];
const RESOURCES = ['pods', 'secrets', 'nodes', '__proto__'];
const USERS = ['jane', 'system:node:a', 'constructor'];
const GROUPS = ['sre', 'system:masters', 'dev'];
const STAGES = ['ResponseComplete', 'ResponseStarted'];

const KINDS: readonly FieldKind[] = [
  { names: ['ka.verb'], constants: VERBS, operators: ['=', '!=', 'in'] },
  { names: ['ka.target.resource'], constants: RESOURCES, operators: ['=', '!=', 'in'] },
  { names: ['ka.stage', 'jevt.value[/stage]'], constants: STAGES, operators: ['=', 'in'] },
  { names: ['ka.user.name', 'jevt.value[/user/username]'], constants: ['system:', ...USERS], operators: ['=', '!=', 'startswith', 'in'] },
  { names: ['ka.user.groups'], constants: GROUPS, operators: ['in', 'intersects'] },
  { names: ['ka.response.code', 'jevt.value[/responseStatus/code]'], constants: ['200', '2', '403'], operators: ['=', 'startswith'] },
  { names: ['ka.target.subresource'], constants: ['exec', 'status'], operators: ['=', '!='] },
];

/** Any well-typed check over a few fields of audit events. */
export const auditChecks = KINDS.map(checksOf);

const any = <T>(words: readonly T[]) => fc.option(fc.constantFrom(...words), { nil: undefined });
const given = (object: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));

/** Any audit event with some of what these checks look at. */
export const auditEvent: fc.Arbitrary<RuleEvent> = fc
  .record({
    stage: any(STAGES),
    verb: any(VERBS),
    user: any(USERS),
    groups: fc.option(fc.subarray(GROUPS), { nil: undefined }),
    resource: any(RESOURCES),
    subresource: any(['exec', 'status']),
    code: any([200, 201, 403]),
  })
  .map(({ stage, verb, user, groups, resource, subresource, code }) => ({
    source: 'k8s_audit',
    document: given({
      auditID: 'a-1',
      ...{ stage, verb },
      user: given({ username: user, groups }),
      objectRef: given({ resource, subresource }),
      responseStatus: code === undefined ? undefined : { code },
    }),
    time: 0n,
    hostname: '',
  }));
