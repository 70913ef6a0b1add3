import { runService } from '@whoran/service-kit';
import { forensics } from './forensics.service.ts';

void runService(forensics);
