import { DEFAULT_PREFIX } from '@whoran/contracts';
import { Setting, StatefulConfig } from '@whoran/service-kit';
import { IsBoolean, IsInt, IsString, Matches, Max, Min } from 'class-validator';

/** About 300,000 events: ten minutes of 500 a second that belong to a session. */
const MAX_KEPT_BYTES = 536_870_912;

/** Settings of the lineage resolver. Durations are milliseconds in code. */
export class LineageResolverConfig extends StatefulConfig {
  @Setting({ env: 'WHORAN_RESOLVER_PORT', kind: 'integer', about: 'Port for health and metrics.' })
  @IsInt()
  @Min(0)
  @Max(65_535)
  port = 8083;

  @Setting({
    env: 'WHORAN_RESOLVER_KEYS_DIR',
    kind: 'text',
    about: 'Folder with the public keys of identity tokens, read again when it changes.',
  })
  @IsString()
  keysDir = 'data/keys';

  @Setting({ env: 'WHORAN_RESOLVER_PREFIX', kind: 'text', about: 'Prefix of the injected variables; the same as the webhook’s.' })
  @Matches(/^[A-Z_][A-Z0-9_]{0,63}$/)
  prefix = DEFAULT_PREFIX;

  @Setting({
    env: 'WHORAN_RESOLVER_WAIT',
    kind: 'duration',
    about: 'How long an event waits for the session or the fork that would name its user, before it is emitted with what is known.',
  })
  @IsInt()
  @Min(0)
  @Max(60_000)
  wait = 3_000;

  @Setting({
    env: 'WHORAN_RESOLVER_REVISE',
    kind: 'duration',
    about: 'How long an event is kept so that it can be emitted again when more becomes known. Longer than the delay of the audit log.',
  })
  @IsInt()
  @Min(1_000)
  @Max(86_400_000)
  revise = 600_000;

  @Setting({
    env: 'WHORAN_RESOLVER_MAX_KEPT_BYTES',
    kind: 'integer',
    about:
      'Memory that events which are kept so may take, all clusters together. Beyond it the oldest are kept no longer, first those of the clusters that keep most.',
  })
  @IsInt()
  @Min(1_048_576)
  maxKeptBytes = MAX_KEPT_BYTES;

  @Setting({
    env: 'WHORAN_RESOLVER_UNATTRIBUTED_AFTER',
    kind: 'duration',
    about: 'How long a process that the container runtime started may stay without a user before that is an alert.',
  })
  @IsInt()
  @Min(1_000)
  @Max(3_600_000)
  unattributedAfter = 60_000;

  @Setting({
    env: 'WHORAN_RESOLVER_SESSION_TTL',
    kind: 'duration',
    about: 'How long sessions, and processes that belong to one, are remembered after they were last seen.',
  })
  @IsInt()
  @Min(60_000)
  sessionTtl = 86_400_000;

  @Setting({
    env: 'WHORAN_RESOLVER_PROCESS_TTL',
    kind: 'duration',
    about: 'How long processes that belong to nobody are remembered after they were last seen.',
  })
  @IsInt()
  @Min(60_000)
  processTtl = 3_600_000;

  @Setting({
    env: 'WHORAN_RESOLVER_MAX_PROCESSES',
    kind: 'integer',
    about: 'How many processes of one cluster are held at most; beyond that those not seen for long are forgotten early.',
  })
  @IsInt()
  @Min(1_000)
  maxProcesses = 1_000_000;

  @Setting({
    env: 'WHORAN_RESOLVER_LEARN_IMAGES',
    kind: 'boolean',
    about: 'Whether the webhook stops injecting into images whose injected execs never start. Without it they are only reported.',
  })
  @IsBoolean()
  learnImages = false;

  @Setting({
    env: 'WHORAN_RESOLVER_LEARN_AFTER',
    kind: 'integer',
    about: 'In how many different pods injected execs of an image must have failed before it is learned.',
  })
  @IsInt()
  @Min(2)
  learnAfter = 3;

  @Setting({ env: 'WHORAN_RESOLVER_LEARN_FOR', kind: 'duration', about: 'How long a learned image keeps its strategy.' })
  @IsInt()
  @Min(60_000)
  learnFor = 86_400_000;
}
