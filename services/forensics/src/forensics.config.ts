import { CommonConfig, Setting } from '@whoran/service-kit';
import { IsBoolean, IsInt, IsString, Matches, Max, Min, MinLength, ValidateIf } from 'class-validator';

const DAY = 86_400_000;

/** Settings of forensics. */
export class ForensicsConfig extends CommonConfig {
  @Setting({ env: 'WHORAN_FORENSICS_PORT', kind: 'integer', about: 'Port of the search API.' })
  @IsInt()
  @Min(0)
  @Max(65_535)
  port = 8080;

  @Setting({
    env: 'WHORAN_FORENSICS_DATA_DIR',
    kind: 'text',
    about: 'Folder of the embedded database; `memory` keeps nothing. Unused with a database URL.',
  })
  @IsString()
  @MinLength(1)
  dataDir = 'data/forensics';

  @Setting({
    env: 'WHORAN_FORENSICS_DATABASE_URL',
    kind: 'secret',
    about: 'URL of a PostgreSQL server (14 or later), postgres://user:password@host:5432/database. Without it the database is embedded.',
  })
  @IsString()
  @ValidateIf((config: ForensicsConfig) => config.databaseUrl !== '')
  @Matches(/^postgres(ql)?:\/\//, { message: 'must begin with postgres://' })
  databaseUrl = '';

  @Setting({
    env: 'WHORAN_FORENSICS_TOKEN',
    kind: 'secret',
    about: 'Bearer token for reading, 16 characters or more. Needed unless the service listens on this machine only.',
  })
  @ValidateIf((config: ForensicsConfig) => config.token !== '')
  @IsString()
  @MinLength(16, { message: 'must have at least 16 characters' })
  token = '';

  @Setting({
    env: 'WHORAN_FORENSICS_ADMIN_TOKEN',
    kind: 'secret',
    about:
      'Bearer token for replaying and discarding dead letters, and for reading, 16 characters or more. Without it nobody may change anything, unless there is no token at all: then callers on this machine may.',
  })
  @ValidateIf((config: ForensicsConfig) => config.adminToken !== '')
  @IsString()
  @MinLength(16, { message: 'must have at least 16 characters' })
  adminToken = '';

  @Setting({
    env: 'WHORAN_FORENSICS_RETENTION',
    kind: 'duration',
    about: 'How long commands, sessions, alerts, notifications and responses are kept after they came in, such as 90d. At least 1h.',
  })
  @IsInt()
  @Min(3_600_000, { message: 'must be at least 1h' })
  retention = 90 * DAY;

  @Setting({
    env: 'WHORAN_FORENSICS_REDACT',
    kind: 'boolean',
    about:
      'Whether passwords, tokens and keys in command lines and messages are replaced before they are stored. Payloads of dead letters are kept whole, because they are replayed, and redacted when they are shown.',
  })
  @IsBoolean()
  redact = true;

  @Setting({
    env: 'WHORAN_FORENSICS_REDACT_FILE',
    kind: 'text',
    about: 'File with further patterns to redact, one RE2 regular expression a line; # begins a comment.',
  })
  @IsString()
  redactFile = '';
}
