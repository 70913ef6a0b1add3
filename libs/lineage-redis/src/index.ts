export { RedisLineageStore, type RedisLineageOptions } from './redis-lineage-store.ts';
