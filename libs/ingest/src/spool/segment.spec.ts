import { describe, expect, it } from '@jest/globals';
import { aFalcoEvent, anAuditEvent, anExecSession } from '@whoran/testing';
import { topics } from '@whoran/contracts';
import { type EventClass, classOf } from './event-class.ts';
import { type Segment, chooseVictim, parseSegmentName, segmentName } from './segment.ts';

const segment = (lane: string, eventClass: EventClass, first: number, bytes = 10): Segment => ({
  lane,
  class: eventClass,
  path: '',
  first,
  since: 0,
  bytes,
  events: 1,
  offset: 0,
  skip: 0,
  replayed: 0,
  isDropped: false,
});

describe('what goes first when the spool is full', () => {
  const low = segment('a', 'low', 5);
  const older = segment('a', 'low', 1);
  const normal = segment('a', 'normal', 0);
  const high = segment('a', 'high', 0);
  const vital = segment('a', 'vital', 0);
  const other = segment('b', 'low', 0);
  const big = segment('b', 'normal', 3, 1000);
  it.each<[string, readonly Segment[], EventClass, Segment | undefined]>([
    ['nothing is there', [], 'vital', undefined],
    ['the oldest of the lowest class', [vital, high, normal, low, older], 'vital', older],
    ['the same for events of the lowest class', [vital, low, older], 'low', older],
    ['the next class when the lowest is gone', [vital, high, normal], 'high', normal],
    ['events of its own class', [vital, high], 'high', high],
    ['nothing that matters more', [vital, high], 'normal', undefined],
    ['vital ones for vital ones only', [vital], 'vital', vital],
    ['those of the lane that fills the spool most', [older, other, low], 'low', older],
    ['low ones of a small lane before others of a big one', [older, big], 'vital', older],
  ])('%s', (_name, segments, forClass, victim) => expect(chooseVictim(segments, forClass)).toBe(victim));
});

describe('the class of an event', () => {
  it.each<[string, EventClass]>([
    ['Emergency', 'high'],
    ['Warning', 'high'],
    ['Notice', 'normal'],
    ['Informational', 'low'],
    ['Debug', 'low'],
    ['no such word', 'low'],
  ])('of Falco with priority %s is %s', (priority, expected) =>
    expect(classOf(topics.falcoEvents, aFalcoEvent({ priority }))).toBe(expected),
  );

  it('is vital for sessions and dead letters', () => {
    expect(classOf(topics.auditEvents, anAuditEvent())).toBe('normal');
    expect(classOf(topics.execSessions, anExecSession())).toBe('vital');
    expect(classOf(topics.deadLetters, {} as never)).toBe('vital');
  });
});

describe('the name of a segment', () => {
  it('is read as it is written, and no other name is', () => {
    expect(segmentName('low', 42)).toBe('low-0000000000000042.spool');
    expect(parseSegmentName('low-0000000000000042.spool')).toEqual({ class: 'low', first: 42 });
    for (const name of ['lock', 'low-42.spool', 'lowest-0000000000000042.spool', '.low-0000000000000042.spool']) {
      expect(parseSegmentName(name)).toBeUndefined();
    }
  });
});
