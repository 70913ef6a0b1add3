import { readFileSync, statSync } from 'node:fs';
import { API_PATHS, type CheckRecord, type DoctorReport } from '@whoran/forensics-api';
import { messageOf } from '@whoran/kernel';
import type { Command } from 'commander';
import { checkAuditPolicy } from '../checks/audit-policy.ts';
import { checkPem } from '../checks/certificate.ts';
import { bad, good } from '../checks/check.ts';
import { checkFalcoConfig } from '../checks/falco-config.ts';
import { checkFalcoRules, fieldsInOutputs } from '../checks/falco-rules.ts';
import { checkKeys } from '../checks/key-folder.ts';
import { readYamlFile } from '../checks/read-yaml.ts';
import { checkWebhook } from '../checks/webhook.ts';
import type { CliContext } from '../context.ts';
import { EXIT, Failure } from '../failure.ts';
import { type FilterName, addExamples, addFilters, addOutput, filterQuery } from '../options.ts';
import { checkCsv, printChecks } from '../views/check-columns.ts';
import { printList } from '../render/listing.ts';

const FILTERS: readonly FilterName[] = ['cluster', 'since'];

interface DoctorOptions {
  readonly offline?: boolean;
  readonly tlsCert?: string;
  readonly webhook?: string;
  readonly keysDir?: string;
  readonly falcoConfig?: string;
  readonly falcoRules?: string;
  readonly auditPolicy?: string;
}

/** `whoran doctor`: whether the set-up is complete, from what came in and from files. */
export function addDoctor(program: Command, context: CliContext): void {
  const command = program.command('doctor').description('Check the set-up, and say what to do; exit status 1 if a check fails');
  addOutput(addFilters(command, FILTERS))
    .option('--offline', 'only check the files: do not ask the forensics service')
    .option('--tls-cert <file>', "the webhook's certificate: how long it is valid")
    .option('--webhook <url>', 'the webhook itself, such as https://whoran-webhook:8443: how long its certificate is valid')
    .option('--keys-dir <dir>', 'the signing keys: one active, readable only for their owner')
    .option('--falco-config <file>', 'falco.yaml: output, rule matching, fields and rule files')
    .option('--falco-rules <file>', 'the Falco rules: both lineage rules present')
    .option('--audit-policy <file>', "the API server's audit policy: levels and stages");
  addExamples(command, [
    ['whoran doctor', 'what can be told from the events that came in'],
    ['whoran doctor --falco-config /etc/falco/falco.yaml --falco-rules /etc/falco/rules.d/whoran.yaml', "a node's Falco as well"],
    ['whoran doctor --offline --audit-policy audit-policy.yaml', 'one file, without a running service'],
  ]);
  command.action(async () => {
    const checks = [...(await serverChecks(command, context)), ...(await localChecks(command.opts<DoctorOptions>()))];
    if (checks.length === 0)
      throw new Failure('with --offline, name what to check, such as --falco-config; --help lists it', { status: EXIT.usage });
    const style = context.style(command);
    await context.out(style.format === 'table' ? printChecks(checks, style) : printList({ table: [], csv: checkCsv }, checks, style));
    if (checks.some(({ status }) => status === 'fail')) context.finish(EXIT.failed);
  });
}

async function serverChecks(command: Command, context: CliContext): Promise<readonly CheckRecord[]> {
  if (command.opts<DoctorOptions>().offline) return [];
  const client = context.client(command);
  try {
    const report = await client.get<DoctorReport>(API_PATHS.doctor, filterQuery(command.opts(), FILTERS));
    return [good('forensics', 'the forensics service answers'), ...report.checks];
  } catch (error) {
    if (!(error instanceof Failure) || error.status === EXIT.usage) throw error;
    return [bad('forensics', error.message, 'start the service, or check only files with --offline')];
  }
}

async function localChecks(options: DoctorOptions): Promise<readonly CheckRecord[]> {
  const now = Date.now();
  const { tlsCert, webhook, keysDir, falcoConfig, falcoRules, auditPolicy } = options;
  const outputs = falcoRules ? readYamlFile(falcoRules) : undefined;
  const around = { rulesFile: falcoRules, fieldsInOutputs: outputs?.ok ? fieldsInOutputs(outputs.value) : [] };
  return [
    ...(tlsCert ? checkCertificateFile(tlsCert, now) : []),
    ...(webhook ? await checkWebhook(webhook, now) : []),
    ...(keysDir ? checkKeys(keysDir) : []),
    ...checkYaml('falco-config', falcoConfig, (documents, file) => checkFalcoConfig(documents, { ...around, file })),
    ...checkYaml('falco-rules', falcoRules, checkFalcoRules),
    ...checkYaml('audit-policy', auditPolicy, checkAuditPolicy),
  ];
}

function checkYaml(
  name: string,
  file: string | undefined,
  check: (documents: readonly unknown[], file: string) => readonly CheckRecord[],
): readonly CheckRecord[] {
  if (file === undefined) return [];
  const read = readYamlFile(file);
  return read.ok ? check(read.value, file) : [bad(name, `cannot be read: ${read.error}`, 'check the path, and that the file is YAML')];
}

const MAX_PEM = 1 << 20;

function checkCertificateFile(file: string, now: number): readonly CheckRecord[] {
  try {
    if (statSync(file).size > MAX_PEM) throw new Error(`${file} is too large for certificates`);
    return checkPem(readFileSync(file, 'utf8'), file, now);
  } catch (error) {
    return [bad('certificate', messageOf(error), 'check the path')];
  }
}
