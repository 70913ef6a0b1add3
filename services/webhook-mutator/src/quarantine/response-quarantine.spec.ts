import { describe, expect, it } from '@jest/globals';
import type { Response } from '@whoran/contracts';
import { VirtualClock } from '@whoran/kernel';
import { aResponse } from '@whoran/testing';
import { ExemptingQuarantine } from './exempting-quarantine.ts';
import { ResponseQuarantine } from './response-quarantine.ts';

const NOW = Date.parse('2026-01-01T10:00:00Z');
const theResponse = (different: Partial<Response> = {}): Response =>
  aResponse({ target: { user: 'jane' }, reason: 'alert 7', expiresAt: '2026-01-01T11:00:00Z', ...different });
const jane = { username: 'jane', groups: ['devs'], credentialId: 'JTI=1' };

function following(...responses: readonly Response[]) {
  const clock = new VirtualClock(NOW);
  const quarantine = new ResponseQuarantine('prod', clock);
  const taken = responses.map((response) => quarantine.take(response));
  return { clock, quarantine, taken, blocked: (namespace = 'default') => quarantine.blocked(jane, namespace) };
}

describe('who responses keep out', () => {
  it.each<[string, Partial<Response>, boolean]>([
    ['a user', {}, true],
    ['a user, while it is being done', { state: 'running' }, true],
    ['a group', { target: { group: 'devs' } }, true],
    ['a credential', { target: { credentialId: 'JTI=1' } }, true],
    ['another credential', { target: { credentialId: 'JTI=2' } }, false],
    ['a user of this cluster', { target: { user: 'jane', cluster: 'prod' } }, true],
    ['a user of another cluster', { target: { user: 'jane', cluster: 'test' } }, false],
    ['a user of another namespace', { target: { user: 'jane', namespace: 'payments' } }, false],
    ['somebody who is only proposed', { state: 'proposed' }, false],
    ['somebody by a dry run', { dryRun: true }, false],
    ['somebody by another action', { action: 'disable-credentials' }, false],
    ['somebody whose time is not over', { expiresAt: '2026-01-01T10:00:00.001Z' }, true],
    ['somebody who is let in again', { state: 'undoing' }, false],
  ])('%s', (_, different, expected) => expect(following(theResponse(different)).blocked() !== undefined).toBe(expected));

  it('is told why, and let in when the time is over', () => {
    const { clock, blocked } = following(theResponse());
    expect(blocked()).toEqual({ who: 'user jane', reason: 'alert 7', until: NOW + 3_600_000 });
    clock.advanceTo(NOW + 3_600_000);
    expect(blocked()).toBeUndefined();
  });

  it('is what the highest revision says, in whatever order revisions come', () => {
    expect(following(theResponse({ revision: 5, state: 'undone' }), theResponse({ revision: 2 })).blocked()).toBeUndefined();
    expect(following(theResponse({ revision: 2, state: 'running' }), theResponse({ revision: 3 })).blocked()).toBeDefined();
  });

  it('are 10,000 responses at most', () => {
    const { quarantine, blocked } = following(theResponse());
    for (let count = 0; count < 10_000; count += 1) quarantine.take(theResponse({ id: `other-${count}`, target: { user: 'joe' } }));
    expect(blocked()).toBeUndefined();
    expect(quarantine.blocked({ username: 'joe', groups: [] }, 'x')).toBeDefined();
    const other = following(theResponse(), theResponse({ id: 'over', state: 'undone' }));
    for (let count = 0; count < 9_999; count += 1) other.quarantine.take(theResponse({ id: `other-${count}`, target: { user: 'joe' } }));
    expect(other.blocked()).toBeDefined();
  });
});

describe('whoever is exempt', () => {
  const { quarantine } = following(theResponse(), theResponse({ id: 'r2', target: { group: 'system:authenticated' } }));
  const exempting = new ExemptingQuarantine(quarantine, { users: new Set(['root']), groups: new Set(['glass']) });
  it.each([
    ['jane', [], true],
    ['joe', ['system:authenticated'], true],
    ['jane', ['glass'], false],
    ['joe', ['system:authenticated', 'glass'], false],
    ['root', ['system:authenticated'], false],
  ])('%s of %j: %p', (username, groups, expected) =>
    expect(exempting.blocked({ username, groups }, 'default') !== undefined).toBe(expected),
  );
});
