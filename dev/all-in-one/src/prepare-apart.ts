import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Environment } from '@whoran/service-kit';
import { writeConnectFiles } from './connect-files.ts';
import { type Development, prepareDevelopment } from './development.ts';
import { file } from './guide.ts';
import { type ServiceSettings, type Settings, readSettings, variablesOf } from './settings.ts';

const NAMES: { readonly [Service in keyof ServiceSettings]: string } = {
  webhook: 'webhook-mutator',
  audit: 'audit-ingester',
  falco: 'falco-ingester',
  resolver: 'lineage-resolver',
  router: 'alert-router',
  forensics: 'forensics',
};

/**
 * Makes what six services need that run apart on one machine: keys, certificates and secrets as for one process, and beside
 * them a file for each service with its settings, those of `env` among them. Throws ConfigInvalid.
 */
export async function prepareApart(env: Environment, print: (line: string) => void): Promise<void> {
  const asked = readSettings(env, { apart: true });
  const development = await prepareDevelopment(asked, env);
  const all = { ...development.environment, ...spoolsOf(asked, env), WHORAN_LOG_LEVEL: env['WHORAN_LOG_LEVEL'] };
  const settings = readSettings(all, { apart: true });
  const folder = join(development.folder, 'env');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const services = Object.keys(NAMES) as (keyof ServiceSettings)[];
  for (const service of services)
    writeFileSync(join(folder, `${NAMES[service]}.env`), shellText(variablesOf(service, all)), { mode: 0o600 });
  tell(settings, development, print);
}

/** An ingester apart has a spool, because Kafka may be away. */
function spoolsOf({ own }: Settings, env: Environment): Environment {
  const folder = (name: string) => join(resolve(own.dataDir), 'spool', name);
  return {
    WHORAN_AUDIT_SPOOL_DIR: env['WHORAN_AUDIT_SPOOL_DIR'] ?? folder('audit'),
    WHORAN_FALCO_SPOOL_DIR: env['WHORAN_FALCO_SPOOL_DIR'] ?? folder('falco'),
  };
}

/** Lines that a shell reads with `.`: between single quotes nothing but a single quote has a meaning. */
function shellText(variables: Environment): string {
  const lines = Object.entries(variables).flatMap(([name, value]) =>
    value ? [`export ${name}='${value.replaceAll("'", `'\\''`)}'\n`] : [],
  );
  return lines.join('');
}

function tell(settings: Settings, development: Development, print: (line: string) => void): void {
  const { publicHost } = settings.own;
  const host = publicHost.includes(':') ? `[${publicHost}]` : publicHost;
  const files = writeConnectFiles(development, {
    webhook: `https://${host}:${settings.webhook.port}`,
    audit: `https://${host}:${settings.audit.port}`,
    falco: `${settings.falco.tlsCertFile === '' ? 'http' : 'https'}://${host}:${settings.falco.port}`,
  });
  print(
    `Keys, certificates, secrets and the settings of six services are in ${file(development.folder)}: for trying out, not for production.`,
  );
  print('');
  if (settings.falco.kafkaBrokers.length === 0)
    print('WHORAN_KAFKA_BROKERS is not set: services that run apart need it. Set it, and run this again.');
  print('Run each in a terminal of its own, after `npx whoran topics apply`');
  for (const name of Object.values(NAMES))
    print(`  . ${file(join(development.folder, 'env', `${name}.env`))} && npm run -s service -- ${name}`);
  print('');
  print(`Connect your cluster (here called ${development.cluster}) with these, which hold secrets`);
  for (const connect of Object.values<string>({ ...files })) print(`  ${file(connect)}`);
}
