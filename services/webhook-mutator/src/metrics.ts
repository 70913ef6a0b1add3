import type { SessionKind } from '@whoran/contracts';
import { Metrics } from '@whoran/service-kit';
import type { Counter, Gauge, Histogram } from 'prom-client';
import type { QuarantineState } from './quarantine/redis-quarantine.ts';
import type { LookupResult } from './pods/pod-facts.ts';

/** What a call was about. */
export type AdmissionKind = SessionKind | 'other' | 'unreadable';

/** What became of it. */
export type AdmissionOutcome =
  'injected' | 'uninjected' | 'refused' | 'untouched' | 'failed-open' | 'failed-closed' | 'bad-request' | 'unauthenticated';

/** The metrics of the webhook. */
export class WebhookMetrics {
  readonly admissions: Counter<'kind' | 'outcome'>;
  readonly seconds: Histogram<'kind'>;
  readonly lookups: Counter<'result'>;
  readonly dropped: Counter;
  readonly settingsGood: Gauge<'file'>;
  private readonly quarantineEntries: Gauge<'state'>;
  private readonly quarantineAge: Gauge;

  constructor(metrics: Metrics) {
    this.admissions = metrics.counter(
      'whoran_webhook_admissions_total',
      'Calls of the webhook, by what they were about and what became of them.',
      ['kind', 'outcome'],
    );
    this.seconds = metrics.seconds('whoran_webhook_admission_seconds', 'Time from the whole body to the answer.', ['kind']);
    this.lookups = metrics.counter('whoran_webhook_pod_lookups_total', 'Questions about pods, by how they were answered.', ['result']);
    this.dropped = metrics.counter(
      'whoran_webhook_sessions_dropped_total',
      'Sessions that were not published, because the bus was away for too long.',
    );
    this.settingsGood = metrics.gauge(
      'whoran_webhook_settings_file_good',
      '1 while what a settings file says is in use, 0 while it is refused and the old content stays.',
      ['file'],
    );
    this.quarantineEntries = metrics.gauge(
      'whoran_webhook_quarantine_entries',
      'Entries of the quarantine list in Redis that are in use, or malformed and passed over.',
      ['state'],
    );
    this.quarantineAge = metrics.gauge(
      'whoran_webhook_quarantine_age_seconds',
      'How long ago the quarantine list was last known to be that of Redis; what was known then holds.',
    );
  }

  quarantine({ entries, malformed, age }: QuarantineState): void {
    this.quarantineEntries.set({ state: 'in-use' }, entries);
    this.quarantineEntries.set({ state: 'malformed' }, malformed);
    this.quarantineAge.set(age / 1000);
  }

  lookup(result: LookupResult): void {
    this.lookups.inc({ result });
  }
}
