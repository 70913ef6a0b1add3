import { parseArgs } from 'node:util';
import { type Result, err, messageOf, ok } from '@whoran/kernel';

/** Where audit events come from: the API server posts to us, a file is followed, whatever happens to arrive, or nowhere. */
export type AuditSource =
  { readonly kind: 'door'; readonly port: number } | { readonly kind: 'file'; readonly path: string } | { readonly kind: 'none' };

/** What the command line asks for. */
export interface Options {
  readonly help: boolean;
  readonly verbose: boolean;
  readonly target:
    | { readonly kind: 'kubeconfig'; readonly file: string; readonly audit: AuditSource }
    | { readonly kind: 'script'; readonly file: string };
  /** At which the API server reaches this machine; the port is the one to listen on. */
  readonly webhookUrl: string | undefined;
  readonly image: string | undefined;
  readonly bareImage: string | undefined;
  readonly bareCommand: readonly string[];
}

/** What `--help` prints. */
export const USAGE = `Runs kubectl exec, cp, attach, port-forward and debug against a real cluster, with all of whoran behind it.

  npm run e2e:cluster -- --cluster-script FILE     bring up a cluster with this script, and take it down at the end
  npm run e2e:cluster -- --kubeconfig FILE         use this cluster, as its administrator

Of a cluster that is there already:
  --webhook-url URL      https address at which its API server reaches this machine, such as https://10.1.2.3:8443;
                         without it the API server must run on this machine
  --audit-port PORT      its API server posts audit events to this port of this machine, at any path (9765)
  --audit-log FILE       its audit log, when that can be read here
  --no-audit             its audit events cannot be had: what they would show is listed as not run
  --image IMAGE          with sh, bash, env, cat, tar and sleep (debian:12; localhost/debian:12 where a node has it)
  --bare-image IMAGE     without env and sh (localhost/distroless:1 where a node has it)
  --bare-command "A B"   a program in it that ends by itself, with arguments (/bin/hello)

  --verbose              the logs of whoran on standard error
  --help                 this text

Ends with 0 if every check holds, 1 if one does not, 2 for a wrong command line, 130 when interrupted.
`;

const DOOR = '9765';

const FLAGS = {
  kubeconfig: { type: 'string' },
  'cluster-script': { type: 'string' },
  'webhook-url': { type: 'string' },
  'audit-port': { type: 'string' },
  'audit-log': { type: 'string' },
  'no-audit': { type: 'boolean', default: false },
  image: { type: 'string' },
  'bare-image': { type: 'string' },
  'bare-command': { type: 'string', default: '/bin/hello' },
  verbose: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false, short: 'h' },
} as const;

type Values = ReturnType<typeof parseValues>;

/** Reads the command line; an error says what to write instead. */
export function readOptions(args: readonly string[]): Result<Options, string> {
  try {
    const values = parseValues(args);
    const target = values.help ? ok({ kind: 'script' as const, file: '' }) : targetOf(values);
    if (!target.ok) return target;
    const url = values['webhook-url'];
    if (url !== undefined && !(URL.canParse(url) && new URL(url).protocol === 'https:'))
      return err('--webhook-url must be an address such as https://10.1.2.3:8443');
    return ok({
      help: values.help,
      verbose: values.verbose,
      target: target.value,
      webhookUrl: url,
      image: values.image,
      bareImage: values['bare-image'],
      bareCommand: values['bare-command'].split(' ').filter((word) => word !== ''),
    });
  } catch (error) {
    return err(messageOf(error));
  }
}

function parseValues(args: readonly string[]) {
  return parseArgs({ args: [...args], options: FLAGS }).values;
}

function targetOf(values: Values): Result<Options['target'], string> {
  const { kubeconfig, 'cluster-script': script, 'audit-log': log, 'audit-port': port, 'no-audit': none } = values;
  if ((kubeconfig === undefined) === (script === undefined)) return err('give either --kubeconfig or --cluster-script');
  if ([log !== undefined, port !== undefined, none].filter(Boolean).length > 1)
    return err('--audit-log, --audit-port and --no-audit exclude each other');
  if (script !== undefined) {
    const foreign = (['audit-log', 'audit-port', 'no-audit', 'webhook-url', 'image', 'bare-image'] as const).filter((name) => values[name]);
    return foreign.length > 0
      ? err(`--cluster-script knows by itself what ${foreign.map((name) => `--${name}`).join(', ')} would say`)
      : ok({ kind: 'script', file: script });
  }
  if (!/^\d{1,5}$/.test(port ?? DOOR) || Number(port ?? DOOR) > 65_535) return err('--audit-port must be a port');
  const audit: AuditSource = none
    ? { kind: 'none' }
    : log === undefined
      ? { kind: 'door', port: Number(port ?? DOOR) }
      : { kind: 'file', path: log };
  return ok({ kind: 'kubeconfig', file: kubeconfig ?? '', audit });
}
