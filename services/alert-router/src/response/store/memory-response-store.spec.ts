import { MemoryResponseStore } from './memory-response-store.ts';
import { describeResponseStore } from './response-store.suite.ts';

describeResponseStore('memory', async () => ({ store: new MemoryResponseStore(), close: async () => {} }));
