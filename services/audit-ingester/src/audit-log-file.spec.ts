import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { InProcessBus } from '@whoran/bus';
import { type AuditEvent, type DeadLetter, type ExecSession, type Topic, topics } from '@whoran/contracts';
import { SystemClock } from '@whoran/service-kit';
import { type ServiceInSpec, anAuditEvent, startForSpec } from '@whoran/testing';
import { auditIngester } from './audit-ingester.service.ts';

const line = (auditID: string) => {
  const { whoran: _, ...event } = anAuditEvent({ auditID });
  return `${JSON.stringify({ kind: 'Event', apiVersion: 'audit.k8s.io/v1', ...event })}\n`;
};

describe('a followed audit log', () => {
  let folder: string;
  let path: string;
  let events: AuditEvent[];
  let sessions: ExecSession[];
  let letters: DeadLetter[];
  let running: ServiceInSpec;
  const start = async () => {
    // Readers first: what is published on an in-process bus before they come is not kept for them.
    const bus = new InProcessBus(new SystemClock());
    const collect = <T>(topic: Topic<T>, into: T[]) =>
      bus.subscribe({ group: topic.name, topic, handle: async (batch) => void into.push(...batch) });
    [events, sessions, letters] = [[], [], []];
    await Promise.all([collect(topics.auditEvents, events), collect(topics.execSessions, sessions), collect(topics.deadLetters, letters)]);
    running = await startForSpec(auditIngester, { port: 0, followFile: path, followCluster: 'test' }, { bus });
  };
  const until = async (condition: () => boolean) => {
    for (let wait = 0; wait < 200 && !condition(); wait += 1) await new Promise((resolve) => setTimeout(resolve, 25));
  };
  const ids = () => events.map(({ auditID }) => auditID);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'audit-log-'));
    path = join(folder, 'audit.log');
  });
  afterEach(async () => {
    await running.service.stop();
    rmSync(folder, { recursive: true });
  });

  it('is read with its bad lines kept, across rotation, and from its beginning after a restart with the same ids', async () => {
    writeFileSync(path, `${line('one')}not json\n{"kind":"Pod"}\n${line('two').slice(0, 100)}`);
    await start();
    await until(() => events.length === 1 && letters.length === 2);
    appendFileSync(path, line('two').slice(100));
    await until(() => events.length === 2);
    expect(letters.map(({ reason, origin }) => [reason, origin])).toEqual([
      ['invalid-json', { endpoint: `file:${path}`, cluster: 'test' }],
      ['wrong-kind', { endpoint: `file:${path}`, cluster: 'test' }],
    ]);
    renameSync(path, `${path}.1`);
    writeFileSync(path, line('three'));
    await until(() => events.length === 3);
    expect(ids()).toEqual(['one', 'two', 'three']);
    expect(sessions).toHaveLength(3);

    await running.service.stop();
    await start();
    await until(() => events.length === 1);
    expect(events[0]?.whoran).toMatchObject({ id: 'three/ResponseStarted', cluster: 'test' });
  });
});
