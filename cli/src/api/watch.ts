import { Failure } from '../failure.ts';

/** Aborts a request that stands still: each byte that comes starts the time anew. */
export interface Watch {
  readonly signal: AbortSignal;
  /** Changes how long it may stand still, in milliseconds. */
  allow(milliseconds: number): void;
  /** Something came. */
  touch(): void;
  end(): void;
}

/** Starts to watch. `outer` is what else may abort, such as Ctrl-C; `what` names the silent side in the failure. */
export function startWatch(what: string, milliseconds: number, outer?: AbortSignal): Watch {
  const controller = new AbortController();
  let allowed = milliseconds;
  const start = () =>
    setTimeout(
      () => controller.abort(new Failure(`${what} does not answer: nothing came for ${allowed / 1000} s`, { retriable: true })),
      allowed,
    );
  let timer = start();
  const end = () => clearTimeout(timer);
  const touch = () => {
    end();
    timer = start();
  };
  return {
    signal: outer ? AbortSignal.any([outer, controller.signal]) : controller.signal,
    allow: (changed) => {
      allowed = changed;
      touch();
    },
    touch,
    end,
  };
}
