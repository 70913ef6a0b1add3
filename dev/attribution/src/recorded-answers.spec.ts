import { describe, expect, it } from '@jest/globals';
import { anExecSession } from '@whoran/testing';
import { asRecorded } from './recorded-answers.ts';

describe('a report of the webhook in a replay', () => {
  const injected = anExecSession({ injected: true, strategy: 'env' });
  const left = anExecSession({ injected: false, strategy: 'none', reason: 'the namespace is excluded' });

  it('is not injected when the recorded answer had no patch', () => {
    expect(asRecorded(injected, { allowed: true, patched: false })).toMatchObject({
      injected: false,
      strategy: 'none',
      phase: 'requested',
    });
  });

  it('is injected with the recorded strategy when it had one', () => {
    const corrected = asRecorded(left, { allowed: true, patched: true, strategy: 'sh' });
    expect(corrected).toMatchObject({ injected: true, strategy: 'sh' });
    expect(corrected.reason).toBeUndefined();
  });

  it('is refused when it was', () => {
    expect(asRecorded(injected, { allowed: false, patched: false }).phase).toBe('refused');
  });

  it('stays as it is when nothing was recorded, or when the audit log says it', () => {
    const audited = anExecSession({ observer: 'audit', injected: false });
    expect(asRecorded(injected, undefined)).toBe(injected);
    expect(asRecorded(audited, { allowed: true, patched: true })).toBe(audited);
  });
});
