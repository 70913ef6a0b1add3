import type { Clock, Logger } from '@whoran/kernel';
import type { Shutdown } from '@whoran/service-kit';
import type { AlertRouterConfig } from '../alert-router.config.ts';
import type { RouterMetrics } from '../metrics.ts';
import { Rules } from './watch-rules.ts';

interface Around {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: RouterMetrics;
  readonly shutdown: Shutdown;
}

/** Opens the rules that the settings name, and keeps them up to date until shutdown. Throws ConfigInvalid. */
export function openRules(config: AlertRouterConfig, { shutdown, ...around }: Around): Rules {
  const rules = new Rules({
    ...around,
    path: config.rulesSettingsFile,
    interval: config.reloadInterval,
    // As Falco needs it beside the lineage rules: with `first`, one rule would hide the others.
    defaults: {
      files: config.rulesFiles,
      selections: [],
      matching: 'all',
      minPriority: config.minPriority,
      appendOutput: [],
      sameAsFalco: 'once',
    },
  });
  shutdown.add('rules', rules.stop);
  return rules;
}
