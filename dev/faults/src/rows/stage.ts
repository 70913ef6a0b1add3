import type { Millis } from '@whoran/kernel';
import type { Deployment } from '../processes/deployment.ts';
import type { Servers } from '../processes/servers.ts';
import type { Receiver } from '../watch/receiver.ts';
import type { RawTopics } from './raw-topics.ts';

/** What a fault can be done to. */
export interface Stage {
  readonly deployment: Deployment;
  readonly servers: Servers;
  readonly receiver: Receiver;
  /** Another receiver of the same alerts, to which nothing is done. */
  readonly bystander: Receiver;
  readonly topics: RawTopics;
  /** How long an outage lasts, milliseconds. */
  readonly outage: Millis;
}
