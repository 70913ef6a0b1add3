import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import { AppError, Logger, isRetriable } from '@whoran/kernel';

interface Reply {
  status(code: number): Reply;
  header(name: string, value: string): Reply;
  type(mime: string): Reply;
  send(body: string): void;
}

/** Answers every error as `{"error": {"code", "message"}}`. Bugs are logged and answered without their text. */
@Catch()
export class HttpErrorFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<Reply>();
    const { status, code, message } = this.describe(error);
    if (status === 503) reply.header('retry-after', '1');
    reply
      .status(status)
      .type('application/json')
      .send(JSON.stringify({ error: { code, message } }));
  }

  private describe(error: unknown): { status: number; code: string; message: string } {
    if (error instanceof HttpException) return { status: error.getStatus(), code: codeOf(error.getStatus()), message: error.message };
    if (isFastifyError(error)) return { status: error.statusCode, code: error.code, message: error.message };
    if (error instanceof AppError) return { status: isRetriable(error) ? 503 : 422, code: error.code, message: error.message };
    this.logger.error('http.unexpected', { error: error instanceof Error ? error.stack : String(error) });
    return { status: 500, code: 'WHORAN_UNEXPECTED', message: 'an internal error; the log of the service has it' };
  }
}

function codeOf(status: number): string {
  return `HTTP_${status}`;
}

function isFastifyError(error: unknown): error is Error & { statusCode: number; code: string } {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number' && error.statusCode < 500;
}
