import { type CanActivate, type ExecutionContext, HttpException, Injectable } from '@nestjs/common';
import { ForensicsConfig } from '../forensics.config.ts';
import { type Access, type AccessRules, type Caller, decideAccess, decideChange } from './access.ts';

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
    return admit(context, decideAccess(callerOf(context), rulesOf(this.config)));
  }
}

/** Lets callers in that may change things (see decideChange); others get 401 or 403. */
@Injectable()
export class ChangeGuard implements CanActivate {
  constructor(private readonly config: ForensicsConfig) {}

  canActivate(context: ExecutionContext): boolean {
    return admit(context, decideChange(callerOf(context), rulesOf(this.config)));
  }
}

function admit(context: ExecutionContext, access: Access): boolean {
  if (access.allowed) return true;
  if (access.status === 401) context.switchToHttp().getResponse<Reply>().header('www-authenticate', 'Bearer');
  throw new HttpException(access.message, access.status);
}

function callerOf(context: ExecutionContext): Caller {
  const { headers, socket } = context.switchToHttp().getRequest<Request>();
  return {
    remoteAddress: socket.remoteAddress,
    host: one(headers['host']),
    authorization: one(headers['authorization']),
    forwarded: headers['forwarded'] !== undefined || headers['x-forwarded-for'] !== undefined,
    fromPage: headers['origin'] !== undefined || headers['sec-fetch-site'] !== undefined,
  };
}

function rulesOf({ host, token, adminToken }: ForensicsConfig): AccessRules {
  return { listensOn: host, token, adminToken };
}

function one(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : header?.[0];
}
