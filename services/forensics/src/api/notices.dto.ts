import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Delivery, NotificationReason, ResponseAction, ResponseState } from '@whoran/contracts';
import type { DeliveryRecord, ResponseRecord } from '@whoran/forensics-api';
import { Transform } from 'class-transformer';
import { IsBoolean, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { PageDto, TIME, TextParameter, WordParameter } from './query.dto.ts';

const USER = 'Exact username; a * at its beginning or end stands for anything.';

/** Parameters of notifications. */
export class NotificationsDto extends PageDto {
  @TextParameter('The receiver that was told.', 63)
  receiver?: string;

  @WordParameter('How it ended.', Delivery.properties.outcome.enum)
  outcome?: DeliveryRecord['outcome'];

  @WordParameter('Why it was said.', NotificationReason.enum)
  reason?: DeliveryRecord['reason'];

  @TextParameter(`One of the users that it named. ${USER}`, 65_536)
  user?: string;

  @TextParameter('Exact name of one of its rules.', 4096)
  rule?: string;

  @TextParameter('One of its clusters.')
  cluster?: string;

  @TextParameter('The id of one of its alerts.', 128)
  alert?: string;

  @TextParameter('The id of the notification.', 128)
  notification?: string;

  @TextParameter('Part of the error, in any case.', 1024)
  text?: string;

  @TextParameter(`Ended from this time on: ${TIME}.`, 40)
  since?: string;

  @TextParameter(`Ended before this time: ${TIME}.`, 40)
  until?: string;
}

/** Parameters of responses. */
export class ResponsesDto extends PageDto {
  @WordParameter('What is done.', ResponseAction.enum)
  action?: ResponseRecord['action'];

  @WordParameter('Where it stands.', ResponseState.enum)
  state?: ResponseRecord['state'];

  @TextParameter(USER, 65_536)
  user?: string;

  @TextParameter('Who asked for it.', 256)
  author?: string;

  @TextParameter('Cluster; what is about all clusters is found too.')
  cluster?: string;

  @TextParameter('Namespace.')
  namespace?: string;

  @TextParameter('Pod.')
  pod?: string;

  @TextParameter('Session id.', 128)
  session?: string;

  @ApiPropertyOptional({ description: 'Whether nothing was to be changed.', type: 'boolean' })
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsOptional()
  @IsBoolean()
  dryRun?: boolean;

  @TextParameter('Part of the reason, in any case.', 1024)
  text?: string;

  @TextParameter(`Changed from this time on: ${TIME}.`, 40)
  since?: string;

  @TextParameter(`Last changed before this time: ${TIME}.`, 40)
  until?: string;
}

/** Parameters of one response. */
export class ResponseDto {
  @ApiProperty({ description: 'The id of the response.', type: 'string', maxLength: 128 })
  @IsString()
  @MinLength(1)
  @MaxLength(128)
  id = '';
}
