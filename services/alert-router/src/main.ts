import { runService } from '@whoran/service-kit';
import { alertRouter } from './alert-router.service.ts';

void runService(alertRouter);
