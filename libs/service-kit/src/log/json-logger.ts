import { type LogFields, Logger } from '@whoran/kernel';
import { destination, pino, type Logger as Pino } from 'pino';

/** How much is logged. */
export type LogLevel = 'error' | 'warn' | 'info' | 'debug' | 'silent';

/** JSON lines on standard error: standard output belongs to what the user asked for. */
export class JsonLogger extends Logger {
  private constructor(private readonly pino: Pino) {
    super();
  }

  static open(level: LogLevel, fields: LogFields): JsonLogger {
    const options = {
      level,
      base: fields,
      messageKey: 'event',
      formatters: { level: (label: string) => ({ level: label }) },
      timestamp: pino.stdTimeFunctions.isoTime,
    };
    return new JsonLogger(pino(options, destination(2)));
  }

  override error(event: string, fields: LogFields = {}): void {
    this.pino.error(fields, event);
  }
  override warn(event: string, fields: LogFields = {}): void {
    this.pino.warn(fields, event);
  }
  override info(event: string, fields: LogFields = {}): void {
    this.pino.info(fields, event);
  }
  override debug(event: string, fields: LogFields = {}): void {
    this.pino.debug(fields, event);
  }
  override with(fields: LogFields): Logger {
    return new JsonLogger(this.pino.child(fields));
  }
}
