import { BadRequestException, Controller, HttpCode, Post, UseGuards } from '@nestjs/common';
import { Clock, parseDuration } from '@whoran/kernel';
import { type SilencePreview, specOf } from '@whoran/routing';
import Type, { type Static } from 'typebox';
import { ApiGuard } from '../api/api.guard.ts';
import { Sent, type SentBody, readBody } from '../api/read-body.ts';
import { MatcherBodies } from './posted-silence.ts';
import { previewSilence } from './preview-silence.ts';
import { RecentAlerts } from './recent-alerts.ts';

const PreviewBody = Type.Object(
  { matchers: MatcherBodies, since: Type.Optional(Type.String({ maxLength: 20 })) },
  { additionalProperties: false },
);
const DEFAULT_SINCE = '1h';

/** Shows what a silence would mute, before it is made. */
@UseGuards(ApiGuard)
@Controller('api/v1/silences')
export class SilencePreviewController {
  constructor(
    private readonly recent: RecentAlerts,
    private readonly clock: Clock,
  ) {}

  @Post('preview')
  @HttpCode(200)
  async preview(@Sent() sent: SentBody): Promise<SilencePreview> {
    const { matchers, since = DEFAULT_SINCE } = readBody<Static<typeof PreviewBody>>(PreviewBody, sent);
    const span = parseDuration(since);
    if (span === undefined) throw new BadRequestException('since is no duration, such as 30m or 24h');
    const preview = previewSilence(matchers.map(specOf), await this.recent.list(), this.clock.now() - span);
    if (!preview.ok) throw new BadRequestException(preview.error);
    return preview.value;
  }
}
