import { describe, expect, it } from '@jest/globals';
import { type AttributedEvent, type Priority, check, topics } from '@whoran/contracts';
import { anAttributedEvent } from '@whoran/testing';
import { type Notified, type PossibleAlert, type Said, decideNotification } from './decide-notification.ts';
import { addressed, alertId, eventAlert } from './make-alert.ts';
import { planNotifications } from './plan-notifications.ts';
import { selectAlert } from './select-alert.ts';

const { attribution: named } = anAttributedEvent().whoran;
const none: typeof named = { evidence: 'none', reason: 'lineage-lost' };
const ambiguous: typeof named = { evidence: 'ambiguous', candidates: named.session ? [named.session, named.session] : [] };
const forged: typeof named = { ...named, evidence: 'none', reason: 'forged-token' };
const NOW = Date.parse('2026-01-01T10:00:05Z');
const raised = (revision: number, attribution = named, id = 'e1'): PossibleAlert =>
  eventAlert(anAttributedEvent({ rule: 'Terminal shell', priority: 'Notice', tags: [] }, { id, revision, attribution }), NOW);
const over = (...of: Parameters<typeof raised>): PossibleAlert => ({ ...raised(...of), holds: false });

describe('what alerts', () => {
  it.each<[Partial<AttributedEvent>, Priority, ReturnType<typeof selectAlert>]>([
    [{ priority: 'Notice', tags: [] }, 'notice', 'alert'],
    [{ priority: 'Emergency', tags: null }, 'notice', 'alert'],
    [{ priority: 'Informational', tags: [] }, 'notice', 'below-priority'],
    [{ priority: 'Info', tags: [] }, 'informational', 'alert'],
    [{ priority: 'Debug', tags: [] }, 'notice', 'below-priority'],
    [{ priority: 'Debug', tags: [] }, 'debug', 'alert'],
    [{ priority: 'Debug', tags: ['lineage'] }, 'debug', 'lineage'],
    [{ priority: 'Debug', tags: ['lineage'] }, 'notice', 'lineage'],
    [{ priority: 'Critical', tags: ['lineage'] }, 'notice', 'alert'],
    [{ priority: 'Critical', tags: [] }, 'emergency', 'below-priority'],
    [{ priority: 'nonsense', tags: [] }, 'informational', 'below-priority'],
    [{ priority: 'Debug', tags: ['lineage'], source: 'whoran' }, 'emergency', 'alert'],
  ])('%j from %s: %s', (event, minPriority, selected) => expect(selectAlert(anAttributedEvent(event), minPriority)).toBe(selected));
});

describe('whether people hear of it', () => {
  const of = (revision: number, isNamed: boolean): Notified => ({ revision, named: isNamed });
  const gone = (revision: number, isNamed: boolean): Notified => ({ revision, named: isNamed, withdrawn: true });
  it.each<[Notified | undefined, PossibleAlert, ReturnType<typeof decideNotification>]>([
    [undefined, raised(0), 'notify'],
    [undefined, raised(0, none), 'notify'],
    [undefined, raised(3, ambiguous), 'notify'],
    [undefined, raised(1_800_000_000_000_001), 'notify'],
    [of(1_800_000_000_000_001, false), raised(1_800_000_000_000_002), 'update'],
    [of(1_800_000_000_000_001, false), raised(2), 'duplicate'],
    [of(0, true), raised(0), 'duplicate'],
    [of(0, false), raised(0, none), 'duplicate'],
    [of(2, false), raised(1), 'duplicate'],
    [of(0, true), raised(1), 'already-named'],
    [of(0, true), raised(1, none), 'already-named'],
    [of(0, false), raised(1), 'update'],
    [of(0, false), raised(2, none), 'still-unnamed'],
    [of(0, false), raised(2, ambiguous), 'still-unnamed'],
    [of(0, false), raised(2, forged), 'still-unnamed'],
    [undefined, over(0), 'never-raised'],
    [of(0, false), over(0), 'duplicate'],
    [of(0, false), over(1), 'withdraw'],
    [of(0, true), over(1, none), 'withdraw'],
    [gone(1, true), over(2), 'duplicate'],
    [gone(1, true), raised(1), 'duplicate'],
    [gone(1, true), raised(2), 'update'],
    [gone(1, false), raised(2, none), 'update'],
  ])('before %j: %#', (previous, possible, decision) => expect(decideNotification(previous, possible)).toBe(decision));
});

describe('a plan', () => {
  it('sees in a batch what came before in it, and says each thing once', () => {
    const possible = [
      ...[raised(0, none), raised(0, none), raised(1, ambiguous), raised(2), raised(3), raised(0, named, 'e2')],
      ...[over(4), over(5), raised(6), over(1, named, 'e3')],
    ];
    const plan = planNotifications(possible, new Map());
    expect(plan.outcomes).toEqual([
      ...['notify', 'duplicate', 'still-unnamed', 'update', 'already-named', 'notify'],
      ...['withdraw', 'duplicate', 'update', 'never-raised'],
    ]);
    expect(plan.notifications.map(({ alert, said }) => [alert.whoran.id, alert.whoran.revision, said])).toEqual([
      ['e1/Terminal shell', 0, 'notify'],
      ['e1/Terminal shell', 2, 'update'],
      ['e2/Terminal shell', 0, 'notify'],
      ['e1/Terminal shell', 4, 'withdraw'],
      ['e1/Terminal shell', 6, 'update'],
    ]);
    expect(planNotifications(possible, plan.notified).notifications).toEqual([]);
  });
});

describe('an alert', () => {
  it('keeps the event and fits its topic, however long names are', () => {
    const event = anAttributedEvent({ rule: 'r'.repeat(1024), priority: 'Warning', tags: [] }, { id: 'i'.repeat(64) });
    const alert = eventAlert(event, NOW).alert();
    expect(check(topics.alerts.schema, alert).ok).toBe(true);
    expect(alert).toMatchObject({
      rule: event.rule,
      output_fields: event.output_fields,
      whoran: { eventId: event.whoran.id, raisedAt: '2026-01-01T10:00:05.000Z' },
    });
  });
  it('has an id of its own for each rule, also when their names begin alike', () => {
    const ids = ['a', 'b', 'ab'].map((end) => alertId('i'.repeat(64), 'r'.repeat(200) + end));
    expect(new Set(ids).size).toBe(3);
    expect(ids.every((id) => id.length <= 128)).toBe(true);
  });
  it.each<[Said, object]>([
    ['notify', { priority: 'Notice', tags: [], message: 'A shell', whoran: { receivers: ['a'] } }],
    ['update', { priority: 'Notice', tags: [], message: 'A shell', whoran: { update: true, receivers: ['a'] } }],
    [
      'withdraw',
      {
        priority: 'Debug',
        tags: ['withdrawn'],
        message: 'A shell (withdrawn: more is known now)',
        output: 'Process started (withdrawn: more is known now)',
        whoran: { update: true, receivers: ['a'] },
      },
    ],
  ])('to %s goes on the topic with those who are told', (said, expected) => {
    const alert = raised(0).alert();
    const told = addressed({ alert: { ...alert, message: 'A shell' }, said }, ['a']);
    expect(told).toMatchObject(expected);
    expect(told.whoran.update).toBe(said === 'notify' ? undefined : true);
    expect(check(topics.alerts.schema, told).ok).toBe(true);
  });
});
