import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Clock, DependencyUnavailable, type LogFields, SilentLogger } from '@whoran/kernel';
import fc from 'fast-check';
import { followFile } from './follow-file.ts';
import { LineSplitter } from './line-splitter.ts';
import { Shutdown } from '../shutdown.ts';

/** Runs the next look when the spec asks for it, and waits until the look after it is planned. */
class SteppedClock extends Clock {
  private task: (() => void) | undefined;
  private planned: (() => void) | undefined;
  override now = () => 0;
  override schedule(_delay: number, task: () => void) {
    this.task = task;
    this.planned?.();
    return () => {};
  }
  async look(): Promise<void> {
    if (!this.task) await new Promise<void>((resolve) => (this.planned = resolve));
    const task = this.task;
    this.task = undefined;
    const next = new Promise<void>((resolve) => (this.planned = resolve));
    task?.();
    await next;
  }
}

class Recorded extends SilentLogger {
  readonly warnings: LogFields[] = [];
  override warn(_event?: string, fields: LogFields = {}): void {
    this.warnings.push(fields);
  }
}

describe('a followed file', () => {
  let folder: string;
  let path: string;
  let shutdown: Shutdown;
  let clock: SteppedClock;
  let seen: string[];
  let away: boolean;
  const logger = new Recorded();
  const follow = (maxLine = 1000) => {
    clock = new SteppedClock();
    seen = [];
    const onLines = async (lines: readonly Buffer[]) => {
      if (away) throw new DependencyUnavailable('the bus is away');
      seen.push(...lines.map(String));
    };
    followFile({ path, onLines, maxLine, clock, logger, shutdown });
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'follow-'));
    path = join(folder, 'audit.log');
    shutdown = new Shutdown(new SilentLogger());
    away = false;
    logger.warnings.length = 0;
  });
  afterEach(async () => {
    await shutdown.run();
    rmSync(folder, { recursive: true });
  });

  it('is read from its beginning and then on, without empty and half lines', async () => {
    writeFileSync(path, 'one\n\ntwo\nthr');
    follow();
    await clock.look();
    expect(seen).toEqual(['one', 'two']);
    appendFileSync(path, 'ee\n');
    await clock.look();
    expect(seen).toEqual(['one', 'two', 'three']);
  });

  it('may appear later, and its absence is logged once', async () => {
    follow();
    await clock.look();
    await clock.look();
    expect(logger.warnings).toHaveLength(1);
    writeFileSync(path, 'one\n');
    await clock.look();
    expect(seen).toEqual(['one']);
  });

  it('is followed across renaming, with what is written to the old file afterwards', async () => {
    writeFileSync(path, 'one\n');
    follow();
    await clock.look();
    renameSync(path, `${path}.1`);
    writeFileSync(path, 'three\n');
    await clock.look();
    appendFileSync(`${path}.1`, 'two\nlast without end');
    await clock.look();
    await clock.look();
    await clock.look();
    expect(seen).toEqual(['one', 'two', 'last without end', 'three']);
  });

  it('is followed across truncation', async () => {
    writeFileSync(path, 'a long first line\nhalf');
    follow();
    await clock.look();
    truncateSync(path, 0);
    appendFileSync(path, 'two\n');
    await clock.look();
    expect(seen).toEqual(['a long first line', 'half', 'two']);
  });

  it('comes again when its lines were not taken, each whole and once', async () => {
    writeFileSync(path, 'one\nha');
    follow();
    await clock.look();
    away = true;
    appendFileSync(path, 'lf\ntwo\nrest');
    await clock.look();
    await clock.look();
    away = false;
    appendFileSync(path, '\n');
    await clock.look();
    expect(seen).toEqual(['one', 'half', 'two', 'rest']);
    expect(logger.warnings).toEqual([{ path, error: 'the bus is away' }]);
  });

  it('has the beginning of a line that is too long, and then goes on with the next line', async () => {
    writeFileSync(path, `${'x'.repeat(3_000_000)}\ntwo\n`);
    follow(10);
    await clock.look();
    expect(seen).toEqual(['xxxxxxxxxx', 'two']);
  });

  it('is read again from its beginning after a restart', async () => {
    writeFileSync(path, 'one\n');
    follow();
    await clock.look();
    await shutdown.run();
    shutdown = new Shutdown(new SilentLogger());
    follow();
    await clock.look();
    expect(seen).toEqual(['one']);
  });
});

describe('lines', () => {
  it('are the same however the bytes are cut, and also when a chunk is given twice', () => {
    const texts = fc.array(
      fc.string({ maxLength: 20 }).map((text) => text.replaceAll('\n', ' ')),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 }), (lines, size, maxLine) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
        const splitter = new LineSplitter(maxLine);
        const found: string[] = [];
        for (let at = 0; at < bytes.length; at += size) {
          splitter.split(bytes.subarray(at, at + size));
          const { lines: some, commit } = splitter.split(bytes.subarray(at, at + size));
          found.push(...some.map((line) => line.toString('hex')));
          commit();
        }
        const expected = lines.map((line) => Buffer.from(line).subarray(0, maxLine).toString('hex')).filter((line) => line !== '');
        expect(found).toEqual(expected);
      }),
    );
  });
});
