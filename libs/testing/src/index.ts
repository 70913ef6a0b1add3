export { type AwsServer, type S3Server, startS3, startSqs } from './aws-servers.ts';
export { aDelivery, aFalcoEvent, aNotification, aResponse, anAlert, anAttributedEvent, anAuditEvent, anExecSession } from './builders.ts';
export { type BusUnderTest, describeBus } from './bus.suite.ts';
export { eventually } from './eventually.ts';
export { type EximServer, startExim } from './exim-server.ts';
export { type KafkaServer, type KafkaServerOptions, sharedKafkaBrokers, startKafka } from './kafka-server.ts';
export { type LineageStoreUnderTest, describeLineageStore } from './lineage-store.suite.ts';
export { RecordingLogger } from './recording-logger.ts';
export { type SecureKafka, startSecureKafka } from './secure-kafka.ts';
export { RedisScene, type SpecTls, freePort } from './redis-scene.ts';
export { RecordingTracing, type ToldSpan } from './recording-tracing.ts';
export { type RedisServer, type RedisServerOptions, sharedRedisUrl, startRedis } from './redis-server.ts';
export { type RsyslogServer, startRsyslog } from './rsyslog-server.ts';
export { type ServiceInSpec, startForSpec } from './start-for-spec.ts';
export {
  type SimContainer,
  type SimExec,
  type SimInput,
  type SimProcess,
  SimulatedNode,
  simulatedPublicKey,
  simulatedVerifier,
} from './simulated-node.ts';
