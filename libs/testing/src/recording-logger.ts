import { type LogFields, Logger } from '@whoran/kernel';

/** Keeps what is logged: level and event, and everything as text. */
export class RecordingLogger extends Logger {
  readonly events: string[] = [];
  text = '';

  override error(event: string, fields?: LogFields): void {
    this.keep('error', event, fields);
  }
  override warn(event: string, fields?: LogFields): void {
    this.keep('warn', event, fields);
  }
  override info(event: string, fields?: LogFields): void {
    this.keep('info', event, fields);
  }
  override debug(event: string, fields?: LogFields): void {
    this.keep('debug', event, fields);
  }
  override with(): Logger {
    return this;
  }

  private keep(level: string, event: string, fields: LogFields = {}): void {
    this.events.push(`${level} ${event}`);
    this.text += `${level} ${event} ${JSON.stringify(fields)}\n`;
  }
}
