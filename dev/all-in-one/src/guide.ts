import { relative } from 'node:path';
import type { Recording } from '@whoran/attribution';
import { printInstant } from '@whoran/kernel';
import type { ConnectFiles } from './connect-files.ts';
import type { Shown } from './demonstration.ts';
import type { Development } from './development.ts';
import type { RunningServices } from './start-services.ts';
import { tellStory } from './story/tell-story.ts';

/** The demonstration for a terminal: what it is, and who ran what in it. */
export function tellDemonstration(recording: Recording, shown: Shown, seconds: number): readonly string[] {
  const times = recording.falcoEvents.map(({ time }) => time);
  const [first, last] = [times[0], times.at(-1)].map((time) => printInstant(time ?? 0n));
  const { falcoEvents, reviews, auditLists } = recording;
  return [
    `Demonstration: recorded traffic of cluster ${shown.events[0]?.whoran.cluster ?? ''}, ${first?.slice(0, 10)} ${first?.slice(11, 19)} to ${last?.slice(11, 19)} UTC`,
    `${falcoEvents.length} Falco events, ${reviews.length} webhook calls, ${auditLists.length} lists of audit events; attributed in ${seconds.toFixed(1)} s`,
    ...tellStory(shown),
  ];
}

/** A path as short as it can be typed here. */
export function file(path: string): string {
  const short = relative(process.cwd(), path);
  return short === '' ? '.' : short.startsWith('..') ? path : short;
}

/** Where everything is, and what to do next. */
export function tellNext(services: RunningServices, development: Development, files: ConnectFiles): readonly string[] {
  return [
    'Listening',
    `  search    ${services.forensics.url}`,
    `  webhook   ${services.webhook.url}/mutate/<secret>`,
    `  audit     ${services.audit.url}/clusters/${development.cluster}/audit`,
    `  Falco     ${services.falco.url}/clusters/${development.cluster}/falco/<token>`,
    '',
    'Ask, in another terminal',
    '  npx whoran commands --user jane@example.com',
    '  npx whoran sessions',
    '  npx whoran status',
    `  npx whoran silences --token-file ${file(development.routerTokenFile)} --router ${services.router.url}`,
    '',
    `Connect your cluster (here called ${development.cluster}); these files hold secrets`,
    `  kubectl apply --server-side -f ${file(files.webhook)}`,
    `  kube-apiserver --audit-webhook-config-file=${file(files.audit)} --audit-policy-file=deploy/kubernetes/audit-policy.yaml`,
    `  /etc/falco: deploy/falco/whoran-rules.yaml into rules.d, ${file(files.falco)} into falco.yaml`,
    '  docs/operations says more',
    '',
    `Development keys and certificates, made by this program, are in ${file(development.folder)}: not for production. Ctrl-C ends it.`,
  ];
}
