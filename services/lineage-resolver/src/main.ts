import { runService } from '@whoran/service-kit';
import { lineageResolver } from './index.ts';

void runService(lineageResolver);
