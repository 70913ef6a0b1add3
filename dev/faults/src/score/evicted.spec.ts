import { expect, it } from '@jest/globals';
import { evictedIn } from './evicted.ts';

it('counts what a spool gave up of low priority, and nothing else', () => {
  const text = [
    '# TYPE whoran_ingest_spool_dropped_events_total counter',
    'whoran_ingest_spool_dropped_events_total{class="low",service="falco-ingester"} 120',
    'whoran_ingest_spool_dropped_events_total{class="high",service="falco-ingester"} 7',
  ].join('\n');
  expect(evictedIn(text)).toBe(120);
  expect(evictedIn('')).toBe(0);
});
