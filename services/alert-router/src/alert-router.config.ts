import { PRIORITIES, type Priority } from '@whoran/contracts';
import { LineWriter } from '@whoran/outputs';
import { Refuse, Setting, StatefulConfig } from '@whoran/service-kit';
import { IsIn, IsInt, IsNotEmpty, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import { parseApiTokens } from './api/api-tokens.ts';
import { readEnvironment } from './process-environment.ts';
import { ProcessStdout } from './process-stdout.ts';
import { SHIPPED } from './rules/rule-settings.ts';

/** Settings of the alert router. */
export class AlertRouterConfig extends StatefulConfig {
  @Setting({
    env: 'WHORAN_ROUTER_PORT',
    kind: 'integer',
    about: 'Port for health, metrics and the API of silences and responses. 0 takes any free one.',
  })
  @IsInt()
  @Min(0)
  @Max(65_535)
  port = 8084;

  @Setting({
    env: 'WHORAN_ROUTER_API_TOKENS',
    kind: 'secret',
    about:
      'Bearer tokens of those who may see and change silences and responses, as name:token separated by white space; the name is written down as the author. Tokens have 16 characters or more; one without a name leaves the author to the caller. Without any token the API is off.',
  })
  @IsString()
  @Refuse<AlertRouterConfig>(
    'must be entries name:token separated by white space: names of letters, digits, _ . @ -, different tokens of 16 printable ASCII characters or more without a colon',
    ({ apiTokens }) => parseApiTokens(apiTokens) === undefined,
  )
  apiTokens = '';

  @Setting({
    env: 'WHORAN_ROUTER_MIN_PRIORITY',
    kind: 'text',
    about:
      'The least urgent Falco priority that alerts: emergency, alert, critical, error, warning, notice, informational or debug. Alerts of whoran itself and lineage events do not look at it: the first always alert, the second never. Rules that are less severe are not run, unless their settings say so.',
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
    env: 'WHORAN_ROUTER_EXTERNAL_URL',
    kind: 'text',
    about:
      'Where people reach forensics: messages link to the session there. A receiver can have an external_url of its own. Without either there are no links.',
  })
  @Matches(/^(https?:\/\/[^\s]{1,2000})?$/, { message: 'must be an http or https URL' })
  externalUrl = '';

  @Setting({
    env: 'WHORAN_ROUTER_STDOUT_FORMAT',
    kind: 'text',
    about: 'How alerts look on standard output when there is no routes file: text or json (Falco JSON lines).',
  })
  @IsIn(['text', 'json'])
  stdoutFormat: 'text' | 'json' = 'text';

  @Setting({
    env: 'WHORAN_ROUTER_RULES_FILES',
    kind: 'list',
    about:
      'Falco rule files and folders of them, in order, run over audit events and attributed events, and read again when they change. The word shipped stands for the rules that come with whoran.',
  })
  @MaxLength(4096, { each: true })
  rulesFiles: readonly string[] = [SHIPPED];

  @Setting({
    env: 'WHORAN_ROUTER_RULES_SETTINGS_FILE',
    kind: 'text',
    about:
      'YAML file, read again when it changes, that says which rules are on, how they match, and what is different for a cluster (docs/operations/rules.md).',
  })
  @IsString()
  rulesSettingsFile = '';

  @Setting({
    env: 'WHORAN_ROUTER_RESPONSE_FILE',
    kind: 'text',
    about:
      'YAML file that says what may be done about users, and how API servers are reached (docs/operations/response.md). Read at the start. Without it nothing is done about anybody.',
  })
  @IsString()
  responseFile = '';

  @Setting({
    env: 'WHORAN_AUDIT_WEBHOOK_NAME',
    kind: 'text',
    about: 'Name of our webhook in the MutatingWebhookConfiguration: the audit annotations carry it.',
  })
  @IsNotEmpty()
  webhookName = 'exec.whoran.dev';

  @Setting({
    env: 'WHORAN_ROUTER_RELOAD_INTERVAL',
    kind: 'duration',
    about: 'How often the routes file, the rules settings, the rule files and all files that they name are looked at for changes.',
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
    env: 'WHORAN_ROUTER_MAX_GROUPS',
    kind: 'integer',
    about:
      'How many groups of alerts there may be at once, of all routes with group_by. Alerts of more groups are told at once, each by itself. One takes up to 1 MB, usually a few kB.',
  })
  @IsInt()
  @Min(1)
  maxGroups = 10_000;

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

  /** Where settings of receivers that end in _env are read. Not a setting either. */
  readEnv: (name: string) => string | undefined = readEnvironment;
}
