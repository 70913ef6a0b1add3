import type { Notification } from '@whoran/contracts';
import { messageOf, ok, printable, truncate } from '@whoran/kernel';
import { type Outcome, Output, type SendContext, outputKind } from '../output.ts';
import { type PayloadFormat, payloadsOf } from '../payloads.ts';
import { untilAborted } from '../until-aborted.ts';
import { FileSettings } from './file.config.ts';
import { RotatingFile } from './rotating-file.ts';

/** A disk that hangs for this long counts as a failed attempt, milliseconds. */
const TIMEOUT = 10_000;
const LONGEST_ERROR = 300;
const DEFAULT_SIZE = 104_857_600;
const DEFAULT_KEEP = 5;

class FileOutput extends Output {
  readonly kind = 'file';
  readonly timeout = TIMEOUT;

  constructor(
    private readonly file: RotatingFile,
    private readonly format: PayloadFormat | undefined,
  ) {
    super();
  }

  override async send(notification: Notification, { signal }: SendContext): Promise<Outcome> {
    try {
      const lines = payloadsOf(notification, this.format).map(({ body }) => body);
      await untilAborted(this.file.append(lines), signal);
      return { kind: 'delivered' };
    } catch (error) {
      return { kind: 'retry', error: `file: ${truncate(printable(messageOf(error)), LONGEST_ERROR)}` };
    }
  }

  override close(): Promise<void> {
    return this.file.close();
  }
}

/** Alerts as lines of JSON in a file. */
export const fileKind = outputKind({
  kind: 'file',
  schema: FileSettings,
  open({ path, format, max_size: maxSize = DEFAULT_SIZE, keep = DEFAULT_KEEP, fsync = 'always' }) {
    return ok(new FileOutput(new RotatingFile({ path, maxSize, keep, fsync: fsync === 'always' }), format));
  },
});
