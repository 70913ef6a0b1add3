import type { LoggerService } from '@nestjs/common';
import type { Logger } from '@whoran/kernel';

/** Passes what Nest says of itself to our log: its life cycle is of interest to developers only. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown): void {
    this.logger.debug('nest.log', { message: String(message) });
  }
  error(message: unknown, stack?: unknown): void {
    this.logger.error('nest.error', { message: String(message), stack: typeof stack === 'string' ? stack : undefined });
  }
  warn(message: unknown): void {
    this.logger.warn('nest.warn', { message: String(message) });
  }
  debug(message: unknown): void {
    this.logger.debug('nest.debug', { message: String(message) });
  }
  verbose(message: unknown): void {
    this.logger.debug('nest.verbose', { message: String(message) });
  }
}
