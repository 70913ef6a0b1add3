import { runService } from '@whoran/service-kit';
import { webhookMutator } from './webhook-mutator.ts';

void runService(webhookMutator);
