/**
 * kafkajs looks at the queue of every connection again and again, a thousand times a second, although it is empty: the time it
 * computes for looking again is negative, and Node.js makes that one millisecond (and warns). With the connections of a
 * service that is a good part of a core, for nothing. A queue that is not empty is still looked at in time.
 */
interface RequestQueue {
  readonly pending: readonly unknown[];
  scheduleCheckPendingRequests(): void;
}

const PATH = 'kafkajs/src/network/requestQueue/index.js';

let calmed = false;

/** Ends that, for all clients of this process. Doing it twice is harmless. */
export async function calmRequestQueue(): Promise<void> {
  if (calmed) return;
  calmed = true;
  const { default: queue } = (await import(PATH)) as { readonly default: { readonly prototype: RequestQueue } };
  const schedule = Reflect.get<RequestQueue, 'scheduleCheckPendingRequests'>(queue.prototype, 'scheduleCheckPendingRequests');
  queue.prototype.scheduleCheckPendingRequests = function (this: RequestQueue) {
    if (this.pending.length > 0) schedule.call(this);
  };
}
