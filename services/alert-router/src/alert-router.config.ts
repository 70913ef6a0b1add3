import { PRIORITIES, type Priority } from '@whoran/contracts';
import { LineWriter } from '@whoran/outputs';
import { Setting, StatefulConfig } from '@whoran/service-kit';
import { IsIn, IsInt, IsString, Max, Min } from 'class-validator';
import { ProcessStdout } from './process-stdout.ts';

/** Settings of the alert router. */
export class AlertRouterConfig extends StatefulConfig {
  @Setting({ env: 'WHORAN_ROUTER_PORT', kind: 'integer', about: 'Port for health and metrics. 0 takes any free one.' })
  @IsInt()
  @Min(0)
  @Max(65_535)
  port = 8084;

  @Setting({
    env: 'WHORAN_ROUTER_MIN_PRIORITY',
    kind: 'text',
    about:
      'The least urgent Falco priority that alerts: emergency, alert, critical, error, warning, notice, informational or debug. Alerts of whoran itself and lineage events do not look at it: the first always alert, the second never.',
  })
  @IsIn(PRIORITIES)
  minPriority: Priority = 'notice';

  @Setting({
    env: 'WHORAN_ROUTER_ROUTES_FILE',
    kind: 'text',
    about: 'YAML file with receivers and routes, read again when it changes. Without it every alert goes to standard output.',
  })
  @IsString()
  routesFile = '';

  @Setting({
    env: 'WHORAN_ROUTER_STDOUT_FORMAT',
    kind: 'text',
    about: 'How alerts look on standard output when there is no routes file: text or json (Falco JSON lines).',
  })
  @IsIn(['text', 'json'])
  stdoutFormat: 'text' | 'json' = 'text';

  @Setting({
    env: 'WHORAN_ROUTER_RELOAD_INTERVAL',
    kind: 'duration',
    about: 'How often the routes file and the files it names are looked at for changes.',
  })
  @IsInt()
  @Min(100)
  reloadInterval = 5_000;

  @Setting({
    env: 'WHORAN_ROUTER_DEDUP_SIZE',
    kind: 'integer',
    about:
      'How many notified alerts are remembered in memory, so that none is notified twice. One takes about 200 bytes. Redis remembers all of them, for their time.',
  })
  @IsInt()
  @Min(1)
  dedupSize = 100_000;

  @Setting({ env: 'WHORAN_ROUTER_DEDUP_TTL', kind: 'duration', about: 'How long a notified alert is remembered.' })
  @IsInt()
  @Min(1)
  dedupTtl = 86_400_000;

  @Setting({
    env: 'WHORAN_ROUTER_DRAIN_TIMEOUT',
    kind: 'duration',
    about:
      'How long a stop waits for deliveries under way, and how long what waits for a receiver that was removed is still tried. What then remains is delivered after the next start, or by another router; in one process it goes to the dead letters.',
  })
  @IsInt()
  @Min(0)
  drainTimeout = 10_000;

  /** Where receivers of kind stdout write. Not a setting: whoever starts the router in a program gives another one. */
  stdout: LineWriter = new ProcessStdout();
}
