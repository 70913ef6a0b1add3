import { type Alert, type Notification, encodeJson } from '@whoran/contracts';
import { messageOf, ok } from '@whoran/kernel';
import Type from 'typebox';
import { falcoBody } from '../falco-body.ts';
import { alertsToTell } from '../formats/summary-alert.ts';
import { type LineWriter, type Outcome, Output, outputKind } from '../output.ts';
import { textLine } from './text-line.ts';

/** A terminal that is not read for this long counts as a failed attempt. */
const TIMEOUT = 10_000;

const StdoutSettings = Type.Object(
  { format: Type.Optional(Type.Enum(['text', 'json'], { description: 'text for people, json for Falco JSON lines' })) },
  { additionalProperties: false, description: 'Alerts on standard output.' },
);

class StdoutOutput extends Output {
  readonly kind = 'stdout';
  readonly timeout = TIMEOUT;

  constructor(
    private readonly writer: LineWriter,
    private readonly format: 'text' | 'json',
  ) {
    super();
  }

  override async send(notification: Notification): Promise<Outcome> {
    try {
      for (const alert of alertsToTell(notification)) await this.writer.write(this.lineOf(alert));
      return { kind: 'delivered' };
    } catch (error) {
      return { kind: 'retry', error: `standard output: ${messageOf(error)}` };
    }
  }

  override async close(): Promise<void> {}

  private lineOf(alert: Alert): string {
    const { update = false } = alert.whoran;
    return this.format === 'json' ? encodeJson(falcoBody(alert, update)) : textLine(alert, update);
  }
}

/** Alerts as lines on standard output, readable or as JSON. */
export const stdoutKind = outputKind({
  kind: 'stdout',
  schema: StdoutSettings,
  open: ({ format = 'text' }, host) => ok(new StdoutOutput(host.stdout, format)),
});
