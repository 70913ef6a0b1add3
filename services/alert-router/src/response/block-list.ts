import { type Result, err, ok, printIssue } from '@whoran/kernel';
import type { QuarantineList } from '@whoran/quarantine';
import type { Block } from '@whoran/response';

/** Where webhooks read whom to keep out, beside the topic of responses. */
export abstract class BlockList {
  /** Adding twice changes nothing. Err: why it cannot be added, ever. Rejects with DependencyUnavailable. */
  abstract add(id: string, entry: Block): Promise<Result<void, string>>;
  abstract remove(id: string): Promise<void>;
}

/** The list in Redis, which outlives every process. */
export class RedisBlockList extends BlockList {
  constructor(private readonly list: QuarantineList) {
    super();
  }

  override async add(id: string, entry: Block): Promise<Result<void, string>> {
    const added = await this.list.add(entry, id);
    return added.ok ? ok(undefined) : err(added.error.map(printIssue).join('; '));
  }

  override async remove(id: string): Promise<void> {
    await this.list.remove(id);
  }
}

/** Without Redis webhooks know from the topic of responses alone, which says all that they need. */
export class TopicBlockList extends BlockList {
  override async add(): Promise<Result<void, string>> {
    return ok(undefined);
  }

  override async remove(): Promise<void> {}
}
