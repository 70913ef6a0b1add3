import { type CanActivate, type ExecutionContext, HttpException, Injectable } from '@nestjs/common';
import { ForensicsConfig } from '../forensics.config.ts';
import { decideAccess } from './access.ts';

interface Request {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly socket: { readonly remoteAddress?: string };
}

interface Reply {
  header(name: string, value: string): unknown;
}

/** Lets callers in that may read (see decideAccess); others get 401 or 403. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(private readonly config: ForensicsConfig) {}

  canActivate(context: ExecutionContext): boolean {
    const http = context.switchToHttp();
    const { headers, socket } = http.getRequest<Request>();
    const access = decideAccess(
      {
        remoteAddress: socket.remoteAddress,
        host: one(headers['host']),
        authorization: one(headers['authorization']),
        forwarded: headers['forwarded'] !== undefined || headers['x-forwarded-for'] !== undefined,
      },
      { listensOn: this.config.host, token: this.config.token },
    );
    if (access.allowed) return true;
    if (access.status === 401) http.getResponse<Reply>().header('www-authenticate', 'Bearer');
    throw new HttpException(access.message, access.status);
  }
}

function one(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : header?.[0];
}
