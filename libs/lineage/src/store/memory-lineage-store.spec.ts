import { MemoryLineageStore, SharedMemory } from '@whoran/lineage';
import { describeLineageStore } from '@whoran/testing';

describeLineageStore('memory', async () => {
  const clock = { now: 1_767_261_600_000 };
  const memory = new SharedMemory(() => clock.now);
  return {
    open: async () => new MemoryLineageStore(memory),
    flush: async () => {
      memory.flush();
      clock.now += 5_000;
    },
    outlive: async () => {
      clock.now += memory.lease + 1;
    },
    close: async () => {},
  };
});
