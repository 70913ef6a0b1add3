import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLUSTER } from './cluster-name.ts';

/** Paths of the files that tell the alert router what to alert about and what to do then. */
export type RouterFiles = Readonly<Record<'rules' | 'routes' | 'response', string>>;

/** A command with this word in it is what the rule is about. */
export const FORBIDDEN = 'whoran-e2e-forbidden';

/** One rule about a real exec, one route that keeps the user out, and everything that can be done switched on. */
export function writeRouterFiles(folder: string, responderKubeconfig: string): RouterFiles {
  const write = (name: string, content: unknown) => {
    const path = join(folder, name);
    writeFileSync(path, JSON.stringify(content), { mode: 0o600 });
    return path;
  };
  const rule = {
    rule: 'Forbidden command',
    desc: 'A command of the test that nobody may run',
    condition: `ka.target.subresource = exec and whoran_answered and jevt.value[/requestURI] contains "${FORBIDDEN}"`,
    output: 'Forbidden command (user=%ka.user.name pod=%ka.target.name)',
    priority: 'CRITICAL',
    source: 'k8s_audit',
    tags: ['e2e'],
  };
  return {
    rules: write('rules.yaml', [rule]),
    routes: write('routes.yaml', {
      route: { receiver: 'nowhere', routes: [{ matchers: [`rule="${rule.rule}"`], receiver: 'keep-out' }] },
      receivers: [
        { name: 'nowhere', stdout: {} },
        { name: 'keep-out', response: { action: 'quarantine', duration: '10m', reason: 'rule {{rule}}: ask the security team' } },
      ],
    }),
    response: write('response.yaml', {
      actions: { quarantine: {}, 'end-session': {}, 'disable-credentials': {}, 'isolate-pod': {} },
      automatic: { actions: ['quarantine'] },
      approval: { actions: ['isolate-pod'] },
      clusters: { [CLUSTER]: { kubeconfig: responderKubeconfig } },
    }),
  };
}
