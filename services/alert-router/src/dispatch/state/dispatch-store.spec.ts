import { VirtualClock } from '@whoran/kernel';
import { GROUPS, describeDispatchStore } from './dispatch-store.suite.ts';
import { MemoryDispatchStore } from './memory-dispatch-store.ts';

describeDispatchStore('memory', async () => {
  const clock = new VirtualClock(1_000_000);
  const store = new MemoryDispatchStore({ groups: GROUPS });
  return {
    store,
    other: store,
    now: () => clock.now(),
    pass: async (millis) => clock.advanceTo(clock.now() + millis),
    close: async () => {},
  };
});
