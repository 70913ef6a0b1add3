import { type ArgumentsHost, Catch, Controller, type RpcExceptionFilter, UseFilters, applyDecorators } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import type { Topic } from '@whoran/contracts';
import { type Observable, throwError } from 'rxjs';

/** Lets errors through as they are: the bus tells by their class whether to wait or to give up (docs/adr/0002). */
@Catch()
class Rethrow implements RpcExceptionFilter<unknown> {
  catch(error: unknown, _host: ArgumentsHost): Observable<never> {
    return throwError(() => error);
  }
}

/** A class that handles topics of the bus. */
export function Consumer(): ClassDecorator {
  return applyDecorators(Controller(), UseFilters(Rethrow));
}

/** How a consumer listens to a topic. */
export interface OnOptions {
  /** `everyone`: each replica of the service gets every message, instead of sharing them with the others (`Subscription` of bus). */
  readonly audience?: 'group' | 'everyone';
}

/** Makes a method the handler of a topic: `(messages: readonly T[]) => Promise<readonly Verdict[] | void>`. One per topic and service. */
export function On<T>(topic: Topic<T>, options: OnOptions = {}): MethodDecorator {
  return EventPattern(topic.name, options) as MethodDecorator;
}
