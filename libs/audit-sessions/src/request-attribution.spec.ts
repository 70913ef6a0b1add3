import { describe, expect, it } from '@jest/globals';
import type { AuditEvent } from '@whoran/contracts';
import { anAuditEvent } from '@whoran/testing';
import { requestAttribution } from './request-attribution.ts';

const options = { webhookName: 'exec.whoran.dev' };

describe('whom a request is attributed to', () => {
  it('is its user, and the session that it opens', () => {
    const audit: AuditEvent = anAuditEvent();
    expect(requestAttribution(audit, options)).toMatchObject({
      evidence: 'audit',
      session: { kind: 'exec', auditId: audit.auditID, user: { username: audit.user.username } },
    });
  });

  it('is the user alone for a request that opens none', () => {
    const audit: AuditEvent = { ...anAuditEvent(), objectRef: { resource: 'secrets', namespace: 'a' } };
    expect(requestAttribution(audit, options)).toEqual({
      evidence: 'audit',
      user: expect.objectContaining({ username: audit.user.username }),
    });
  });

  it('is nobody for a request without a user', () => {
    const audit: AuditEvent = { ...anAuditEvent(), objectRef: { resource: 'secrets' }, user: {} };
    expect(requestAttribution(audit, options)).toEqual({ evidence: 'audit' });
  });
});
