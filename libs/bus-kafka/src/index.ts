export { type Compression } from './client/compression.ts';
export { type KafkaConnection } from './client/kafka-connection.ts';
export { MessageTooLarge } from './client/kafka-error.ts';
export { KafkaBus, type KafkaBusOptions } from './kafka-bus.ts';
export { groupIdOf, topicNameOf } from './names.ts';
export { type ApplyOptions, applyTopics, checkTopics } from './topics/apply-topics.ts';
export { type FoundTopic, type TopicFinding, type TopicStep, compareTopics } from './topics/compare-topics.ts';
export { type PlannedTopic, type TopicWishes, defaultWishes, planTopics } from './topics/topic-plan.ts';
export { type ReadOptions, type StoredEvent, readTopic } from './topics/read-topic.ts';
