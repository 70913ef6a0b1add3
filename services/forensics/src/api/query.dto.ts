import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { EVIDENCES, type Evidence, type SessionKind, type SessionPhase } from '@whoran/contracts';
import { DEAD_LETTER_STATES, DEFAULT_PAGE, type DeadLetterState, MAX_PAGE } from '@whoran/forensics-api';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min, MinLength } from 'class-validator';

const KINDS = ['exec', 'copy', 'attach', 'port-forward', 'ephemeral-container', 'debug-pod'] as const;
const PHASES = ['requested', 'started', 'ended', 'refused'] as const;
/** What a parameter may be that is a time. */
export const TIME = 'RFC 3339, or a duration before now such as 24h';

/** A parameter that may be left out, a text of 1 to `max` characters. */
export function TextParameter(description: string, max = 253): PropertyDecorator {
  const decorators = [
    ApiPropertyOptional({ description, type: 'string', maxLength: max }),
    IsOptional(),
    IsString(),
    MinLength(1),
    MaxLength(max),
  ];
  return (target, property) => decorators.forEach((decorate) => decorate(target, property));
}

/** A parameter that may be left out, one of a few words. */
export function WordParameter(description: string, words: readonly string[]): PropertyDecorator {
  const decorators = [ApiPropertyOptional({ description, enum: [...words] }), IsOptional(), IsIn(words)];
  return (target, property) => decorators.forEach((decorate) => decorate(target, property));
}

/** Text as it comes in a query string, when it is a whole number; anything else stays for the validation to refuse. */
function numberOf({ value }: { value: unknown }): unknown {
  return typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
}

/** Parameters of every list. */
export class PageDto {
  @ApiPropertyOptional({ description: 'How many at most.', type: 'integer', minimum: 1, maximum: MAX_PAGE, default: DEFAULT_PAGE })
  @Transform(numberOf)
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_PAGE)
  limit: number = DEFAULT_PAGE;

  @TextParameter('`next` of the page before.', 1024)
  cursor?: string;

  @WordParameter('By time: desc is newest first.', ['asc', 'desc'])
  order: 'asc' | 'desc' = 'desc';
}

/** Parameters that narrow a list by whom and where. */
export class PlaceDto extends PageDto {
  @TextParameter('Exact username; a * at its beginning or end stands for anything.', 65_536)
  user?: string;

  @TextParameter('Cluster.')
  cluster?: string;

  @TextParameter('Namespace.')
  namespace?: string;

  @TextParameter('Pod.')
  pod?: string;

  @TextParameter('Container.')
  container?: string;

  @TextParameter(`From this time on: ${TIME}.`, 40)
  since?: string;

  @TextParameter(`Before this time: ${TIME}.`, 40)
  until?: string;

  @TextParameter('Part of the command line, in any case.', 1024)
  text?: string;
}

/** Parameters of commands. */
export class CommandsDto extends PlaceDto {
  @TextParameter('Session id.', 128)
  session?: string;

  @WordParameter('What attribution rests on.', EVIDENCES)
  evidence?: Evidence;
}

/** Parameters of alerts. */
export class AlertsDto extends CommandsDto {
  @TextParameter('Exact name of the rule.', 1024)
  rule?: string;
}

/** Parameters of sessions. */
export class SessionsDto extends PlaceDto {
  @WordParameter('How the user came in.', KINDS)
  kind?: SessionKind;

  @WordParameter('How far it came.', PHASES)
  phase?: SessionPhase;

  @ApiPropertyOptional({ description: 'Whether the token was put in.', type: 'boolean' })
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsOptional()
  @IsBoolean()
  injected?: boolean;
}

/** Parameters of dead letters. */
export class DeadLettersDto extends PageDto {
  @TextParameter('The service that gave up.', 64)
  stage?: string;

  @TextParameter('Why, such as invalid-event.', 128)
  reason?: string;

  @TextParameter('The topic that the message was on.', 249)
  topic?: string;

  @TextParameter('Cluster.')
  cluster?: string;

  @TextParameter(`From this time on: ${TIME}.`, 40)
  since?: string;

  @TextParameter(`Before this time: ${TIME}.`, 40)
  until?: string;

  @WordParameter('What was done about it.', DEAD_LETTER_STATES)
  state?: DeadLetterState;

  @TextParameter('Part of the error, in any case.', 1024)
  text?: string;
}

/** Parameters of one dead letter. */
export class DeadLetterDto {
  @ApiProperty({ description: 'The id of the letter.', type: 'string', maxLength: 128 })
  @IsString()
  @MinLength(1)
  @MaxLength(128)
  id = '';
}

/** Parameters of one session. */
export class SessionDto {
  @TextParameter('Needed only when two clusters have a session of this id.')
  cluster?: string;
}

/** Parameters of status and doctor. */
export class PeriodDto {
  @TextParameter('Only this cluster.')
  cluster?: string;

  @TextParameter(`Since when: ${TIME}.`, 40)
  since: string = '24h';
}

/** Parameters of tail. */
export class TailDto {
  @TextParameter('Exact username; a * at its beginning or end stands for anything.', 65_536)
  user?: string;

  @TextParameter('Cluster.')
  cluster?: string;

  @TextParameter('Namespace.')
  namespace?: string;

  @TextParameter('Pod.')
  pod?: string;

  @TextParameter('Container.')
  container?: string;

  @TextParameter('Session id.', 128)
  session?: string;

  @WordParameter('What attribution rests on.', EVIDENCES)
  evidence?: Evidence;

  @TextParameter('Part of the command line, in any case.', 1024)
  text?: string;
}
