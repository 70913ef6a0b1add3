export { type ClockOffset, type OffsetSample, couldBeginWithin, estimateOffset } from './clock-offset.ts';
export { ClusterLineage, type FactListener, type ForgetBefore, type ProbeLookup } from './cluster-lineage.ts';
export { type AuditMatch, type Knowledge } from './decide.ts';
export { type Decision, isSettled } from './decision.ts';
export { runs } from './match-audit.ts';
export { type Observation, observer } from './observation.ts';
export { KeptEvent } from './kept-event.ts';
export { type ContainerRecord, type ProcessRecord, type Program, type Retained, type Sighting, release, retain } from './process-record.ts';
export { type PodProbes, ProbeBook } from './probe-book.ts';
export type { KeptCounts } from './rebuild/cluster-facts.ts';
export { Rebuilder, type RebuildOptions } from './rebuild/rebuilder.ts';
export { type SessionRecord } from './session-record.ts';
export { type Misuse, findMisuse } from './token-misuse.ts';
export { describe, processKey } from './describe.ts';
export { decodeFact, encodeFact } from './store/encode-fact.ts';
export { ForgetfulLineageStore } from './store/forgetful-lineage-store.ts';
export {
  type Committed,
  type FactGroup,
  type FactNews,
  LineageStore,
  type NodeFacts,
  type NodeName,
  type NodeNews,
  type OpenEvent,
  type Probes,
  type SharedFact,
  type StoredFact,
} from './store/lineage-store.ts';
export { MemoryLineageStore, SharedMemory } from './store/memory-lineage-store.ts';
