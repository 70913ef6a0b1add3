import type { Responder } from './responder.ts';

/** Responses of this router, if it has a response file; nothing responds without one. */
export class Responses {
  constructor(readonly responder: Responder | undefined) {}
}
