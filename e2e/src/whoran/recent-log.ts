import { type LogFields, Logger } from '@whoran/kernel';

const KEPT = 40;

/** Keeps the last warnings and errors of the services, to be shown when a check has failed. */
export class RecentLog extends Logger {
  constructor(
    private readonly fields: LogFields = {},
    private readonly kept: string[] = [],
  ) {
    super();
  }

  lines(): readonly string[] {
    return this.kept;
  }

  override error = (event: string, fields?: LogFields) => this.keep('error', event, fields);
  override warn = (event: string, fields?: LogFields) => this.keep('warn', event, fields);
  override info(): void {}
  override debug(): void {}
  override with(fields: LogFields): Logger {
    return new RecentLog({ ...this.fields, ...fields }, this.kept);
  }

  private keep(level: string, event: string, fields: LogFields = {}): void {
    this.kept.push(`${level} ${event} ${JSON.stringify({ ...this.fields, ...fields })}`);
    if (this.kept.length > KEPT) this.kept.shift();
  }
}
