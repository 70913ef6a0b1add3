import { describeBus } from '@whoran/testing';
import { busOptions, makeTopics, openBus, removeTopics } from './spec-support/open-bus.ts';

describeBus('Kafka', async () => {
  const options = busOptions();
  await makeTopics(options);
  const opened = await openBus(options);
  return {
    ...opened,
    close: async () => {
      await opened.bus.close();
      await removeTopics(options);
    },
  };
});
