import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@whoran/kernel';
import { type Outcome, Output } from '@whoran/outputs';
import { RecordingTracing, aNotification, anAlert } from '@whoran/testing';
import { TracedOutput, tellAlerts } from './alert-spans.ts';

class Scripted extends Output {
  readonly kind = 'webhook';
  readonly timeout = 1000;
  closed = false;
  constructor(
    private readonly clock: VirtualClock,
    private readonly outcomes: Outcome[],
  ) {
    super();
  }
  override async send(): Promise<Outcome> {
    this.clock.advanceTo(this.clock.now() + 20);
    return this.outcomes.shift() ?? { kind: 'delivered' };
  }
  override async close(): Promise<void> {
    this.closed = true;
  }
}

const context = { signal: new AbortController().signal };
const alert = anAlert();
const { id, revision, attribution } = alert.whoran;
const session = attribution.session?.id;

describe('in the trace of its session', () => {
  it('an alert is told from the event until it was raised; one about nobody is in no trace', () => {
    const tracing = new RecordingTracing();
    const nobody = { ...alert, whoran: { ...alert.whoran, attribution: { evidence: 'none' as const } } };
    tellAlerts(tracing, [nobody, alert]);
    const [span] = tracing.spans;
    expect(tracing.spans).toHaveLength(1);
    expect(span).toMatchObject({ sessionId: session, name: 'alert', key: `${id} ${revision}`, end: Date.parse(alert.whoran.raisedAt) });
    expect(span?.start).toBeLessThanOrEqual(span?.end ?? 0);
    expect(JSON.stringify(span)).not.toContain(attribution.session?.user.username);
  });

  it('its delivery is told beneath it, when it ended, and not each attempt', async () => {
    const [tracing, clock] = [new RecordingTracing(), new VirtualClock(1000)];
    const inner = new Scripted(clock, [{ kind: 'retry', error: 'x' }, { kind: 'delivered' }, { kind: 'refused', error: 'secret' }]);
    const output = new TracedOutput(inner, { tracing, clock, receiver: 'ops' });
    for (let attempt = 0; attempt < 3; attempt += 1) await output.send(aNotification({}, alert), context);
    expect(tracing.spans.map(({ name, start, end, failure }) => [name, start, end, failure])).toEqual([
      ['deliver webhook', 1020, 1040, undefined],
      ['deliver webhook', 1040, 1060, 'refused'],
    ]);
    expect(tracing.spans[0]).toMatchObject({
      parent: { name: 'alert', key: `${id} ${revision}` },
      attributes: { 'whoran.receiver': 'ops' },
    });
    expect(JSON.stringify(tracing.spans)).not.toContain('secret');
    await output.close();
    expect([inner.closed, output.kind, output.timeout]).toEqual([true, 'webhook', 1000]);
  });
});
