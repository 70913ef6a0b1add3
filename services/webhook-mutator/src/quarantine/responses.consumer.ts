import { type Verdict, drop, handled } from '@whoran/bus';
import { type Response, topics } from '@whoran/contracts';
import { Consumer, On } from '@whoran/service-kit';
import { ResponseQuarantine } from './response-quarantine.ts';

/** Follows what is done about users. Every replica needs all of it: any of them may be asked about anybody. */
@Consumer()
export class ResponsesConsumer {
  constructor(private readonly quarantine: ResponseQuarantine) {}

  @On(topics.responses, { audience: 'everyone' })
  async onResponses(responses: readonly Response[]): Promise<readonly Verdict[]> {
    return responses.map((response) => (this.quarantine.take(response) ? handled : drop('not-for-us')));
  }
}
