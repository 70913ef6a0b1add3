import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';

interface Reply {
  status(code: number): Reply;
  type(mime: string): Reply;
  send(body: string): void;
}

/** Answers errors as Alertmanager's API does, as one JSON text, so that amtool shows what is wrong. */
@Catch(HttpException)
export class AlertmanagerErrors implements ExceptionFilter<HttpException> {
  catch(error: HttpException, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<Reply>();
    reply.status(error.getStatus()).type('application/json').send(JSON.stringify(error.message));
  }
}
