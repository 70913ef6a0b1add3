import { type Alert, check, Alert as AlertSchema, encodeJson, parseJson } from '@whoran/contracts';
import { type Logger, messageOf } from '@whoran/kernel';
import { type RedisClient, command } from '@whoran/redis';
import { RECENT, RecentAlerts, latestOfEach, worthKeeping } from './recent-alerts.ts';

/**
 * One key, a list:
 *
 *     <prefix>:recent-alerts    alerts as JSON, the last ones first; RECENT.count at most, for RECENT.time after the last
 */
export class RedisRecentAlerts extends RecentAlerts {
  private readonly key: string;

  constructor(
    private readonly redis: RedisClient,
    private readonly logger: Logger,
  ) {
    super();
    this.key = redis.key('recent-alerts');
  }

  override async remember(alerts: readonly Alert[]): Promise<void> {
    const kept = worthKeeping(alerts).map((alert) => encodeJson(alert));
    if (kept.length === 0) return;
    try {
      await this.redis.pipeline([
        command('LPUSH', this.key, ...kept),
        command('LTRIM', this.key, 0, RECENT.count - 1),
        command('PEXPIRE', this.key, RECENT.time),
      ]);
    } catch (error) {
      this.logger.debug('silences.recent-alerts-missed', { count: kept.length, error: messageOf(error) });
    }
  }

  override async list(): Promise<readonly Alert[]> {
    const reply = await this.redis.send(command('LRANGE', this.key, 0, RECENT.count - 1));
    return latestOfEach((Array.isArray(reply) ? reply : []).flatMap((text) => decodeAlert(String(text)) ?? []));
  }
}

function decodeAlert(text: string): Alert | undefined {
  const json = parseJson(text);
  const alert = json.ok ? check<Alert>(AlertSchema, json.value) : undefined;
  return alert?.ok ? alert.value : undefined;
}
