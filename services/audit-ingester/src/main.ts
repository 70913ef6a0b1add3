import { runService } from '@whoran/service-kit';
import { auditIngester } from './audit-ingester.service.ts';

void runService(auditIngester);
