import { type Topic, topics } from '@whoran/contracts';
import type { Millis } from '@whoran/kernel';
import { topicNameOf } from '../names.ts';

/** What an operator decides about topics. */
export interface TopicWishes {
  /** In front of the name of every topic. */
  readonly prefix: string;
  /** Of every topic; dead letters, replays and strategies, which are few, have fewer. */
  readonly partitions: number;
  /** How many brokers keep a copy. */
  readonly replication: number;
  /** How many copies must be written before a message counts. */
  readonly minInSyncReplicas: number;
  /** How long events are kept that a service has usually handled within seconds. */
  readonly retention: Millis;
}

/** A topic as it should be. */
export interface PlannedTopic {
  readonly name: string;
  readonly partitions: number;
  readonly replication: number;
  /** Settings of the topic, as Kafka writes them. */
  readonly config: Readonly<Record<string, string>>;
}

/** Three brokers, of which one may be away. */
export const defaultWishes: TopicWishes = {
  prefix: '',
  partitions: 12,
  replication: 3,
  minInSyncReplicas: 2,
  retention: 24 * 3_600_000,
};

const DAY: Millis = 86_400_000;
const FEW_PARTITIONS = 3;
/** Dead letters hold a message of any size, and more. */
const MOST_BYTES = 6 * 1024 * 1024;

/**
 * What is kept longer than other events: sessions, so that a resolver that lost its memory still knows who began them; what
 * people look at and act on; dead letters, until somebody has time for them.
 */
const KEPT: Readonly<Record<string, Millis>> = {
  [topics.execSessions.name]: 7 * DAY,
  [topics.alerts.name]: 7 * DAY,
  [topics.notifications.name]: 7 * DAY,
  [topics.deliveries.name]: 7 * DAY,
  [topics.deadLetters.name]: 30 * DAY,
  [topics.replays.name]: 7 * DAY,
};
const FEW: readonly string[] = [topics.deadLetters.name, topics.replays.name, topics.imageStrategies.name, topics.responses.name];

/** All topics of whoran as they should be. */
export function planTopics(wishes: Partial<TopicWishes> = {}): readonly PlannedTopic[] {
  const all = { ...defaultWishes, ...wishes };
  return (Object.values(topics) as readonly Topic<never>[]).map((topic) => plan(topic, all));
}

function plan(topic: Topic<never>, { prefix, partitions, replication, minInSyncReplicas, retention }: TopicWishes): PlannedTopic {
  const { name, compacted } = topic;
  return {
    name: topicNameOf(prefix, topic),
    partitions: FEW.includes(name) ? Math.min(FEW_PARTITIONS, partitions) : partitions,
    replication,
    config: {
      'cleanup.policy': compacted ? 'compact' : 'delete',
      'retention.ms': compacted ? '-1' : String(Math.max(KEPT[name] ?? 0, retention)),
      'min.insync.replicas': String(Math.min(minInSyncReplicas, replication)),
      'max.message.bytes': String(MOST_BYTES),
    },
  };
}
