import { type AttributedEvent, type Priority, priorityRank } from '@whoran/contracts';

/** The source of events that the lineage resolver raises itself, such as forged tokens. */
const OWN_SOURCE = 'whoran';
/** The tag of our Falco rules that feed lineage. They are evidence, never news. */
const LINEAGE_TAG = 'lineage';

/** Why an event is no alert by itself. */
export type Unselected = 'lineage' | 'below-priority';

/** Whether an event alerts by itself, or why not. Our own alerts always do, whatever their priority; lineage events never. */
export function selectAlert(event: AttributedEvent, minPriority: Priority): 'alert' | Unselected {
  if (event.source === OWN_SOURCE) return 'alert';
  const rank = priorityRank(event.priority);
  if (rank === priorityRank('debug') && event.tags?.includes(LINEAGE_TAG)) return 'lineage';
  return rank <= priorityRank(minPriority) ? 'alert' : 'below-priority';
}
