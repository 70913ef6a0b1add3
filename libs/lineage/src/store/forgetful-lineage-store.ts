import { type Committed, LineageStore, type NodeFacts } from './lineage-store.ts';

/** Keeps nothing: what a resolver knows ends with its process. For one resolver without Redis. */
export class ForgetfulLineageStore extends LineageStore {
  override readonly durable = false;

  /** The epoch must grow from start to start if consumers remember what was emitted before. */
  constructor(private readonly epoch = 0) {
    super();
  }

  override async openCluster(): Promise<readonly never[]> {
    return [];
  }

  override async share(): Promise<void> {}

  override listen(): void {}

  override async take(_cluster: string, nodes: readonly string[]): Promise<readonly NodeFacts[]> {
    return nodes.map(() => ({ epoch: this.epoch, since: undefined, facts: [], open: [] }));
  }

  override async commit(): Promise<Committed> {
    return { lost: [], emptied: [], refreshed: [] };
  }

  override async add(): Promise<void> {}

  override async tend(): Promise<readonly never[]> {
    return [];
  }

  override async close(): Promise<void> {}
}
