import { type CanActivate, type ExecutionContext, HttpException, Injectable, createParamDecorator } from '@nestjs/common';
import { InvariantBroken } from '@whoran/kernel';
import { AlertRouterConfig } from '../alert-router.config.ts';
import { type ApiCaller, decideApiAccess } from './api-access.ts';
import { type ApiToken, parseApiTokens } from './api-tokens.ts';

interface Request {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

interface Reply {
  header(name: string, value: string): unknown;
}

const callers = new WeakMap<Request, ApiCaller>();

/** Lets in who has a token of WHORAN_ROUTER_API_TOKENS; others get 401, or 403 while there are no tokens. */
@Injectable()
export class ApiGuard implements CanActivate {
  private readonly tokens: readonly ApiToken[];

  constructor({ apiTokens }: AlertRouterConfig) {
    this.tokens = parseApiTokens(apiTokens) ?? [];
  }

  canActivate(context: ExecutionContext): boolean {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    const { authorization } = request.headers;
    const access = decideApiAccess(typeof authorization === 'string' ? authorization : undefined, this.tokens);
    if (access.allowed) {
      callers.set(request, access.caller);
      return true;
    }
    if (access.status === 401) http.getResponse<Reply>().header('www-authenticate', 'Bearer');
    throw new HttpException(access.message, access.status);
  }
}

/** The parameter of a handler behind ApiGuard that is who calls: an ApiCaller. */
export const Caller = createParamDecorator((_data: unknown, context: ExecutionContext): ApiCaller => {
  const caller = callers.get(context.switchToHttp().getRequest<Request>());
  if (!caller) throw new InvariantBroken('Caller is only known behind ApiGuard');
  return caller;
});
