export {
  type BatchContext,
  type BatchHandler,
  Bus,
  type BusHealth,
  type BusObserver,
  type LetterAbout,
  type Subscribed,
  type Subscription,
  silentObserver,
} from './bus.ts';
export { type Failure, makeDeadLetter } from './make-dead-letter.ts';
export { InProcessBus, type InProcessBusOptions } from './in-process-bus.ts';
export { type SettleOptions, settleBatch } from './settle-batch.ts';
export { NotYet, type Verdict, deadLetter, drop, handled } from './verdict.ts';
