import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '@whoran/service-kit';
import { AuditIngesterConfig } from './audit-ingester.config.ts';

describe('the settings of the audit ingester', () => {
  it('have defaults that take more than 16 MB', () => {
    expect(loadConfig(AuditIngesterConfig, {})).toMatchObject({ port: 8081, maxBodyBytes: 33_554_432, webhookName: 'exec.whoran.dev' });
  });

  it.each([
    [{ WHORAN_AUDIT_FOLLOW_FILE: '/var/log/audit.log' }, 'WHORAN_AUDIT_FOLLOW_CLUSTER: must name the cluster'],
    [
      { WHORAN_AUDIT_FOLLOW_FILE: '/var/log/audit.log', WHORAN_AUDIT_FOLLOW_CLUSTER: 'a/b' },
      'WHORAN_AUDIT_FOLLOW_CLUSTER: must name the cluster',
    ],
    [{ WHORAN_AUDIT_TLS_CERT_FILE: 'tls.crt' }, 'WHORAN_AUDIT_TLS_KEY_FILE: must be given'],
    [{ WHORAN_AUDIT_TLS_CLIENT_CA_FILE: 'ca.crt' }, 'WHORAN_AUDIT_TLS_CERT_FILE: must be given'],
    [{ WHORAN_AUDIT_MAX_BODY_BYTES: '1000' }, 'WHORAN_AUDIT_MAX_BODY_BYTES'],
    [{ WHORAN_AUDIT_COLOUR: 'red' }, 'WHORAN_AUDIT_COLOUR: is not a setting'],
  ])('%j are refused', (env, message) => expect(() => loadConfig(AuditIngesterConfig, env)).toThrow(message));
});
