import { type FalcoEvent, type Topic, priorityRank, topics } from '@whoran/contracts';

/** How much an event matters when the spool is full, least first: the events of a class go before those of the next. */
export const EVENT_CLASSES = ['low', 'normal', 'high', 'vital'] as const;
/** One word of EVENT_CLASSES. */
export type EventClass = (typeof EVENT_CLASSES)[number];

const WARNING = priorityRank('warning');
const NOTICE = priorityRank('notice');

/**
 * The class of an event. Falco's program starts and forks, which are of priority Debug, come by the thousand: they are low, and
 * with them everything below Notice. What cannot be had again in another form, sessions and dead letters, is vital.
 */
export function classOf<T>(topic: Topic<T>, event: T): EventClass {
  if (topic.name === topics.falcoEvents.name) return classOfPriority((event as FalcoEvent).priority);
  return topic.name === topics.auditEvents.name ? 'normal' : 'vital';
}

function classOfPriority(priority: string): EventClass {
  const rank = priorityRank(priority);
  if (rank > NOTICE) return 'low';
  return rank > WARNING ? 'normal' : 'high';
}
