import { runService } from '@whoran/service-kit';
import { falcoIngester } from './falco-ingester.service.ts';

void runService(falcoIngester);
