import { describe, expect, it } from '@jest/globals';
import { auditLevelOf } from './audit-level.ts';
import { checkAuditPolicy } from './audit-policy.ts';
import { checkCertificate, checkPem } from './certificate.ts';
import { NEEDED_FIELDS, USEFUL_FIELDS, checkFalcoConfig } from './falco-config.ts';
import { checkFalcoRules, fieldsInOutputs } from './falco-rules.ts';
import { mapOf, parseYaml } from './read-yaml.ts';

const yaml = (text: string) => {
  const read = parseYaml(text);
  if (!read.ok) throw new Error(read.error);
  return read.value;
};
const brief = (checks: readonly { status: string; message: string }[]) => checks.map(({ status, message }) => `${status}: ${message}`);

describe('YAML', () => {
  it.each([
    ['broken', 'a: [1'],
    [
      'a bomb of aliases',
      `a: &a [x,x,x,x,x,x,x,x,x,x]\n${['b', 'c', 'd', 'e'].map((name, at) => `${name}: &${name} [${Array(10).fill(`*${'abcd'[at]}`).join(',')}]`).join('\n')}`,
    ],
  ])('that is %s is refused', (_what, text) => {
    expect(parseYaml(text).ok).toBe(false);
  });
});

describe('a certificate', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  const day = 86_400_000;
  it.each([
    [90, 'ok'],
    [31, 'ok'],
    [29, 'warn'],
    [8, 'warn'],
    [6, 'fail'],
    [-1, 'fail'],
  ])('with %d days left is %s', (days, status) => {
    expect(checkCertificate({ subject: 'CN=x', from: 0, to: now + days * day }, 'file', now).status).toBe(status);
  });

  it('may not be valid yet, not be there, or be broken', () => {
    expect(checkCertificate({ subject: 'CN=x', from: now + day, to: now + 99 * day }, 'file', now).message).toContain(
      'not valid before 2026-01-02',
    );
    expect(brief(checkPem('', 'tls.crt', now))).toEqual(['fail: tls.crt holds no certificate in PEM form']);
    expect(brief(checkPem('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', 'tls.crt', now))[0]).toContain('cannot be read');
  });
});

const STARTS = `
- rule: Container process started
  condition: evt.type in (execve, execveat) and evt.res=SUCCESS and container
  output: Started (command=%proc.cmdline pid=%proc.pid token=%proc.env[SEC_SESSION])
  priority: DEBUG
`;
const FORKS = `
- rule: Container process forked
  condition: evt.type in (clone, clone3, fork, vfork) and container
  output: Forked (child=%evt.rawres)
  priority: DEBUG
`;

describe('the lineage rules', () => {
  it.each([
    [
      'both',
      STARTS + FORKS,
      ['ok: the rule "Container process started" in f sends program starts', 'ok: the rule "Container process forked" in f sends forks'],
    ],
    ['no forks', STARTS, [expect.anything(), 'fail: no rule in f matches all forks (clone, clone3, fork, vfork)']],
    ['clone3 alone is not clone', STARTS + FORKS.replace('clone, ', ''), [expect.anything(), expect.stringContaining('fail')]],
    [
      'failed starts too',
      STARTS.replace(' and evt.res=SUCCESS', '') + FORKS,
      [expect.stringContaining('warn: the rule "Container process started"'), expect.anything()],
    ],
    ['disabled', `${STARTS + FORKS}  enabled: false\n`, [expect.anything(), 'fail: the rule "Container process forked" in f is disabled']],
    [
      'disabled further down',
      `${STARTS + FORKS}\n- rule: Container process forked\n  enabled: false\n`,
      [expect.anything(), expect.stringContaining('disabled')],
    ],
    ['nothing', '', [expect.stringContaining('fail'), expect.stringContaining('fail')]],
    ['something else', '[1, a, {rule: 5}]', [expect.stringContaining('fail'), expect.stringContaining('fail')]],
  ])('%s', (_what, text, expected) => {
    expect(brief(checkFalcoRules(yaml(text), 'f'))).toEqual(expected);
  });

  it('send the fields of their outputs', () => {
    expect(fieldsInOutputs(yaml(STARTS + FORKS))).toEqual(['proc.cmdline', 'proc.pid', 'proc.env[SEC_SESSION]', 'evt.rawres']);
  });
});

const CONFIG = `
rule_matching: all
json_output: true
priority: debug
http_output: {enabled: true, url: "https://ingest:8082/falco/prod/s3cret"}
rules_files: [/etc/falco/falco_rules.yaml, /etc/falco/whoran_lineage_rules.yaml]
append_output:
  - match: {source: syscall}
    extra_fields: [${[...NEEDED_FIELDS, ...USEFUL_FIELDS].map((field) => `"${field}"`).join(', ')}]
`;

describe('falco.yaml', () => {
  const statuses = (text: string, around: Parameters<typeof checkFalcoConfig>[1] = { file: 'falco.yaml' }) =>
    Object.fromEntries(checkFalcoConfig(yaml(text), around).map(({ name, status }) => [name, status]));

  it('is well', () => {
    expect(new Set(Object.values(statuses(CONFIG)))).toEqual(new Set(['ok']));
  });

  it.each([
    ['rule-matching', CONFIG.replace('rule_matching: all', ''), 'fail'],
    ['json-output', CONFIG.replace('json_output: true', 'json_output: false'), 'fail'],
    ['json-output', `${CONFIG}\njson_include_output_fields_property: false`, 'fail'],
    ['priority', CONFIG.replace('priority: debug', 'priority: notice'), 'fail'],
    ['http-output', CONFIG.replace('enabled: true', 'enabled: false'), 'fail'],
    ['http-output', CONFIG.replace('https://ingest:8082/falco/prod/s3cret', 'nowhere'), 'fail'],
    ['http-output', CONFIG.replace('/falco/prod/s3cret', ''), 'warn'],
    ['fields', CONFIG.replace('"proc.pvpid", ', ''), 'fail'],
    ['fields', CONFIG.replace('"evt.num", ', ''), 'warn'],
    ['fields', CONFIG.replace('{source: syscall}', '{source: syscall, tags: [other]}'), 'fail'],
    [
      'fields',
      CONFIG.replace('"container.id", "k8s.ns.name", "k8s.pod.name", ', '').replace(
        '    extra_fields',
        '    suggested_output: true\n    extra_fields',
      ),
      'ok',
    ],
    ['fields', CONFIG.replace('"proc.cwd"', '{proc.cwd: "%proc.cwd"}'), 'ok'],
    ['rules-files', CONFIG.replace(', /etc/falco/whoran_lineage_rules.yaml', ''), 'fail'],
    ['rules-files', CONFIG.replace('/etc/falco/whoran_lineage_rules.yaml', '/etc/falco/rules.d'), 'ok'],
    ['rule-matching', '', 'fail'],
    ['rule-matching', '- a\n- b', 'fail'],
  ])('%s', (name, text, status) => {
    expect(statuses(text)[name]).toBe(status);
  });

  it('must list the rule file that is named, and may leave to its outputs what they send', () => {
    expect(statuses(CONFIG, { file: 'falco.yaml', rulesFile: '/x/other.yaml' })['rules-files']).toBe('fail');
    expect(statuses(CONFIG.replace('"evt.num", ', ''), { file: 'falco.yaml', fieldsInOutputs: ['evt.num'] })['fields']).toBe('ok');
  });

  it('is not quoted with its token', () => {
    expect(JSON.stringify(checkFalcoConfig(yaml(CONFIG), { file: 'falco.yaml' }))).not.toContain('s3cret');
  });
});

const policy = (rules: string, more = '') => `apiVersion: audit.k8s.io/v1\nkind: Policy\n${more}\nrules:\n${rules}`;
const ALL =
  '- {level: RequestResponse, resources: [{group: "", resources: [pods, pods/exec, pods/attach, pods/portforward, pods/ephemeralcontainers]}]}';

describe('an audit policy', () => {
  it.each([
    ['everything', policy(ALL), ['ok', 'ok', 'ok', 'ok', 'ok']],
    ['everything at once', policy('- {level: Request}'), ['ok', 'ok', 'ok', 'ok', 'ok']],
    ['by a pattern', policy('- {level: Request, resources: [{group: "", resources: ["pods/*"]}]}'), ['ok', 'ok', 'ok', 'ok', 'ok']],
    ['Metadata alone', policy('- {level: Metadata}'), ['ok', 'ok', 'ok', 'warn', 'warn']],
    [
      'only pods, without what is below them',
      policy('- {level: Request, resources: [{group: "", resources: [pods]}]}'),
      ['fail', 'fail', 'fail', 'fail', 'ok'],
    ],
    ['another group', policy('- {level: Request, resources: [{group: apps}]}'), ['fail', 'fail', 'fail', 'fail', 'fail']],
    [
      'silenced before',
      policy(`- {level: None, resources: [{group: "", resources: [pods/exec]}]}\n${ALL}`),
      ['fail', 'ok', 'ok', 'ok', 'ok'],
    ],
    ['silenced for some users', policy(`- {level: None, users: [ops]}\n${ALL}`), ['warn', 'warn', 'warn', 'warn', 'warn']],
    ['silenced for nodes', policy(`- {level: None, users: ["system:node:a", "system:apiserver"]}\n${ALL}`), ['ok', 'ok', 'ok', 'ok', 'ok']],
    [
      'silenced for service accounts',
      policy(`- {level: None, userGroups: ["system:serviceaccounts", "system:nodes"]}\n${ALL}`),
      ['warn', 'warn', 'warn', 'warn', 'warn'],
    ],
    ['silenced for one verb', policy(`- {level: None, verbs: [get]}\n${ALL}`), ['fail', 'fail', 'fail', 'ok', 'ok']],
    ['without the beginning', policy(ALL, 'omitStages: [ResponseStarted]'), ['fail', 'fail', 'fail', 'ok', 'ok']],
    ['without what nobody needs', policy(ALL, 'omitStages: [RequestReceived]'), ['ok', 'ok', 'ok', 'ok', 'ok']],
    ['without rules', policy(' []'), ['fail', 'fail', 'fail', 'fail', 'fail']],
    ['not a policy', 'kind: Pod', ['fail']],
  ])('%s', (_what, text, expected) => {
    expect(checkAuditPolicy(yaml(text), 'policy.yaml').map(({ status }) => status)).toEqual(expected);
  });

  it('is read as the API server reads it', () => {
    const text = policy(`
- {level: None, namespaces: [kube-system], resources: [{group: ""}]}
- {level: None, nonResourceURLs: ["/healthz*"]}
- {level: Metadata, resources: [{group: "", resources: ["*/exec"], resourceNames: [api-0]}]}
- {level: Request, userGroups: ["system:authenticated"], omitStages: [RequestReceived]}`);
    expect(auditLevelOf(mapOf(yaml(text)[0]), { resource: 'pods/exec', verb: 'create' })).toEqual({
      level: 'Request',
      omitStages: ['RequestReceived'],
      exceptions: [
        { level: 'None', whom: 'namespaces kube-system' },
        { level: 'Metadata', whom: 'names api-0' },
      ],
    });
  });
});
