import { expect, it } from '@jest/globals';
import { readMetrics } from './service-metrics.ts';

it('reads heap, resources and timers, with labels and without', () => {
  const text = [
    '# TYPE nodejs_heap_size_used_bytes gauge',
    'nodejs_heap_size_used_bytes{service="forensics"} 52428800',
    'nodejs_active_resources{type="Timeout",service="forensics"} 7',
    'nodejs_active_resources_total 12',
  ].join('\n');
  expect(readMetrics(text)).toEqual({ heap: 50, resources: 12, timers: 7 });
  expect(readMetrics('')).toEqual({ heap: 0, resources: 0, timers: 0 });
});
