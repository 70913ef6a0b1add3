import { MemoryLineageStore } from '@whoran/lineage';
import { describeLineageStore } from '@whoran/testing';

describeLineageStore('memory', async () => {
  const store = new MemoryLineageStore();
  return { store, reopen: async () => store, close: async () => {} };
});
