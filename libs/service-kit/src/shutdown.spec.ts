import { describe, expect, it } from '@jest/globals';
import { Logger } from '@whoran/kernel';
import { Shutdown } from '@whoran/service-kit';

class Recorder extends Logger {
  readonly lines: unknown[] = [];
  override error(event: string, fields?: unknown): void {
    this.lines.push([event, fields]);
  }
  override warn(): void {}
  override info(): void {}
  override debug(): void {}
  override with(): Logger {
    return this;
  }
}

describe('shutdown', () => {
  it('runs its steps one after the other, last in first out, once', async () => {
    const order: string[] = [];
    const shutdown = new Shutdown(new Recorder());
    shutdown.add('store', () => void order.push('store'));
    shutdown.add('consumer', async () => {
      order.push('consumer begins');
      await new Promise((resolve) => setTimeout(resolve, 10));
      order.push('consumer ends');
    });
    const [one, two] = await Promise.all([shutdown.run(), shutdown.run()]);
    expect([one, two, await shutdown.run()]).toEqual([true, true, true]);
    expect(order).toEqual(['consumer begins', 'consumer ends', 'store']);
  });

  it('is stopped by no step that fails, throws or hangs, says which, and is bounded', async () => {
    const log = new Recorder();
    const order: string[] = [];
    const shutdown = new Shutdown(log);
    shutdown.add('first', () => void order.push('first'));
    shutdown.add('fails', () => Promise.reject(new Error('no')), 50);
    shutdown.add('throws', () => {
      throw new TypeError('a bug');
    });
    shutdown.add('hangs', () => new Promise<void>(() => {}), 50);
    shutdown.add('fails late', () => new Promise<void>((_, reject) => setTimeout(() => reject(new Error('late')), 100)), 10);
    shutdown.add('last', () => void order.push('last'));
    expect(await shutdown.run()).toBe(false);
    expect(order).toEqual(['last', 'first']);
    expect(log.lines).toEqual([
      ['shutdown.step-failed', { step: 'fails late', error: 'took longer than 10 ms' }],
      ['shutdown.step-failed', { step: 'hangs', error: 'took longer than 50 ms' }],
      ['shutdown.step-failed', { step: 'throws', error: 'a bug' }],
      ['shutdown.step-failed', { step: 'fails', error: 'no' }],
    ]);
    // What fails after its time was up is no unhandled rejection, which would end the process.
    await new Promise((resolve) => setTimeout(resolve, 120));
  });

  it('is bounded as a whole: when the time is up, what remains still gets a moment each', async () => {
    const log = new Recorder();
    const order: string[] = [];
    const shutdown = new Shutdown(log, 60);
    shutdown.add('flushes', () => void order.push('flushed'));
    shutdown.add('hangs too', () => new Promise<void>(() => {}));
    shutdown.add('hangs', () => new Promise<void>(() => {}), 100);
    const began = performance.now();
    expect(await shutdown.run()).toBe(false);
    expect(performance.now() - began).toBeLessThan(2000);
    expect(order).toEqual(['flushed']);
    expect(log.lines).toContainEqual(['shutdown.step-failed', { step: 'hangs too', error: 'took longer than 250 ms' }]);
  });

  it('runs steps that are added while it runs', async () => {
    const order: string[] = [];
    const shutdown = new Shutdown(new Recorder());
    shutdown.add('outer', () => shutdown.add('inner', () => void order.push('inner')));
    expect(await shutdown.run()).toBe(true);
    expect(order).toEqual(['inner']);
  });
});
