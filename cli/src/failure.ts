/** Exit statuses: all went well; it could not be done, or a check failed; the command line was wrong; Ctrl-C. */
export const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** Why a command could not do its work: one line for the person, with what to do about it. */
export class Failure extends Error {
  /** What the process ends with. */
  readonly status: number;
  /** Whether the same may work in a moment. */
  readonly retriable: boolean;

  constructor(message: string, options: ErrorOptions & { readonly status?: number; readonly retriable?: boolean } = {}) {
    super(message, options);
    this.name = 'Failure';
    this.status = options.status ?? EXIT.failed;
    this.retriable = options.retriable ?? false;
  }
}
