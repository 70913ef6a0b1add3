export { auditIngester } from './audit-ingester.service.ts';
export { AuditIngesterConfig } from './audit-ingester.config.ts';
