import { VirtualClock } from '@whoran/kernel';
import { MemorySilenceStore } from './silence-store.ts';
import { NOW, describeSilenceStore } from './silence-store.suite.ts';

describeSilenceStore('memory', async () => {
  const store = new MemorySilenceStore(new VirtualClock(NOW));
  return { store, other: store, close: async () => {} };
});
