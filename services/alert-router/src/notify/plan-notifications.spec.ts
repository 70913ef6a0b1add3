import { describe, expect, it } from '@jest/globals';
import { type AttributedEvent, type Priority, check, topics } from '@whoran/contracts';
import { anAttributedEvent } from '@whoran/testing';
import { type Notified, decideNotification } from './decide-notification.ts';
import { makeAlert } from './make-alert.ts';
import { alertIdsOf, planNotifications } from './plan-notifications.ts';
import { selectAlert } from './select-alert.ts';

const { attribution: named } = anAttributedEvent().whoran;
const none: typeof named = { evidence: 'none', reason: 'lineage-lost' };
const ambiguous: typeof named = { evidence: 'ambiguous', candidates: named.session ? [named.session, named.session] : [] };
const forged: typeof named = { ...named, evidence: 'none', reason: 'forged-token' };
const anEvent = (revision: number, attribution = named, id = 'e1'): AttributedEvent =>
  anAttributedEvent({ rule: 'Terminal shell', priority: 'Notice', tags: [] }, { id, revision, attribution });

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
  it.each<[Notified | undefined, AttributedEvent, ReturnType<typeof decideNotification>]>([
    [undefined, anEvent(0), 'notify'],
    [undefined, anEvent(0, none), 'notify'],
    [undefined, anEvent(3, ambiguous), 'notify'],
    [undefined, anEvent(1_800_000_000_000_001), 'notify'],
    [of(1_800_000_000_000_001, false), anEvent(1_800_000_000_000_002), 'update'],
    [of(1_800_000_000_000_001, false), anEvent(2), 'duplicate'],
    [of(0, true), anEvent(0), 'duplicate'],
    [of(0, false), anEvent(0, none), 'duplicate'],
    [of(2, false), anEvent(1), 'duplicate'],
    [of(0, true), anEvent(1), 'already-named'],
    [of(0, true), anEvent(1, none), 'already-named'],
    [of(0, false), anEvent(1), 'update'],
    [of(0, false), anEvent(2, none), 'still-unnamed'],
    [of(0, false), anEvent(2, ambiguous), 'still-unnamed'],
    [of(0, false), anEvent(2, forged), 'still-unnamed'],
  ])('before %j: %#', (previous, event, decision) => expect(decideNotification(previous, event)).toBe(decision));
});

describe('a plan', () => {
  const options = { minPriority: 'notice' as const, now: Date.parse('2026-01-01T10:00:05Z') };

  it('sees in a batch what came before in it, and says each thing once', () => {
    const lineage = anAttributedEvent({}, { id: 'e0' });
    const events = [lineage, anEvent(0, none), anEvent(0, none), anEvent(1, ambiguous), anEvent(2), anEvent(3), anEvent(0, named, 'e2')];
    const plan = planNotifications(events, new Map(), options);
    expect(plan.outcomes).toEqual(['lineage', 'notify', 'duplicate', 'still-unnamed', 'update', 'already-named', 'notify']);
    expect(plan.notifications.map(({ alert, update }) => [alert.whoran.id, alert.whoran.revision, update])).toEqual([
      ['e1/Terminal shell', 0, false],
      ['e1/Terminal shell', 2, true],
      ['e2/Terminal shell', 0, false],
    ]);
    expect(planNotifications(events, plan.notified, options).notifications).toEqual([]);
  });
  it('asks for the alerts that it may raise only', () => {
    expect(alertIdsOf([anAttributedEvent(), anEvent(0)], 'notice')).toEqual(['e1/Terminal shell']);
  });
  it('makes alerts that keep the event and fit their topic, however long names are', () => {
    const event = anAttributedEvent({ rule: 'r'.repeat(1024), priority: 'Warning', tags: [] }, { id: 'i'.repeat(64) });
    const alert = makeAlert(event, options.now);
    expect(check(topics.alerts.schema, alert).ok).toBe(true);
    expect(alert).toMatchObject({
      rule: event.rule,
      output_fields: event.output_fields,
      whoran: { eventId: event.whoran.id, raisedAt: '2026-01-01T10:00:05.000Z' },
    });
  });
});
