import { replaceModule } from '../client/replace-module.ts';

/** What kafkajs makes anew each time that it starts a consumer, or restarts it; the cluster stays. */
interface ConsumerGroup {
  memberId: string | null;
  readonly cluster: object;
  joinAndSync(): Promise<void>;
  leave(): Promise<void>;
}

const GROUP = 'kafkajs/src/consumer/consumerGroup.js';

let kept = false;

/**
 * Makes consumers that kafkajs restarts join as the member that they were, for all clients of this process. As a new one they
 * would wait, with everybody else in the group, until the session of the old one has run out: at every restart of a broker.
 */
export function keepMemberIds(): void {
  if (kept) return;
  kept = true;
  replaceModule<{ readonly prototype: ConsumerGroup }>(GROUP, (Group) => {
    remember(Group.prototype);
    return Group;
  });
}

function remember(prototype: ConsumerGroup): void {
  const { joinAndSync, leave } = prototype;
  const lastIds = new WeakMap<object, string>();
  const begun = new WeakSet<ConsumerGroup>();
  prototype.joinAndSync = async function (this: ConsumerGroup) {
    // Only at first: an id that the broker does not know is put aside by kafkajs, and shall not come back.
    if (!begun.has(this)) this.memberId ??= lastIds.get(this.cluster) ?? null;
    begun.add(this);
    await joinAndSync.call(this);
    if (this.memberId !== null) lastIds.set(this.cluster, this.memberId);
  };
  prototype.leave = async function (this: ConsumerGroup) {
    await leave.call(this);
    lastIds.delete(this.cluster);
  };
}
