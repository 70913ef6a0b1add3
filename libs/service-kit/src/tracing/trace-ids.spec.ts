import { describe, expect, it } from '@jest/globals';
import { spanIdOf, traceIdOf, traceparentOf } from './trace-ids.ts';
import { ADMISSION } from './tracing.ts';

const UID = 'B3F1C9A0-5a40-4a5d-9ca5-2f5b8e2b8a11';

describe('the ids of traces', () => {
  it('are the uid of the request, so that it can be searched for as it is', () =>
    expect(traceIdOf(UID)).toBe('b3f1c9a05a404a5d9ca52f5b8e2b8a11'));

  it.each(['audit:b3f1c9a0-5a40-4a5d-9ca5-2f5b8e2b8a11', 'anything', '', '00000000-0000-0000-0000-000000000000'])(
    'are a hash of %j, which is no uid',
    (id) => {
      expect(traceIdOf(id)).toMatch(/^[0-9a-f]{32}$/);
      expect(traceIdOf(id)).not.toMatch(/^0+$/);
      expect(traceIdOf(id)).not.toBe(traceIdOf(UID));
    },
  );

  it('of spans are the same wherever they are made, and differ by session, name and key', () => {
    const spans = [
      spanIdOf(UID, ADMISSION),
      spanIdOf('other', ADMISSION),
      spanIdOf(UID, { name: 'alert', key: 'a' }),
      spanIdOf(UID, { name: 'alert', key: 'b' }),
    ];
    expect(new Set(spans).size).toBe(4);
    for (const span of spans) expect(span).toMatch(/^[0-9a-f]{16}$/);
    expect(spanIdOf(UID, { name: 'alert', key: 'a', parent: ADMISSION })).toBe(spans[2]);
  });

  it('make a traceparent that names the admission', () =>
    expect(traceparentOf(UID)).toBe(`00-${traceIdOf(UID)}-${spanIdOf(UID, ADMISSION)}-01`));
});
