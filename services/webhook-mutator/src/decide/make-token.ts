import { type TokenScope, encodeUser, isUuid, userInCommand } from '@whoran/contracts';
import type { AdmissionRequest } from '../admission/admission-request.ts';
import type { DecisionContext } from './decision.ts';
import { MAX_USERNAME } from './identity-of.ts';
import type { Marks } from './wrap-command.ts';

/** Names of namespaces and pods; anything else is no object, and would not be one line of what is signed. */
const NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

/** The marks of a session, the reason why it cannot have any, or that there is no key to sign with. */
export type TokenOutcome =
  | { readonly kind: 'marks'; readonly marks: Marks }
  | { readonly kind: 'impossible'; readonly reason: string }
  | { readonly kind: 'no-key' };

/** Has the token of a session in a pod signed. The signature covers the whole username, also when the command has no room for it. */
export function makeToken(request: AdmissionRequest, pod: string, context: DecisionContext): TokenOutcome {
  const username = request.userInfo.username ?? '';
  const namespace = request.namespace ?? '';
  if (!isUuid(request.uid)) return impossible('request.uid is not a UUID');
  if (pod === '') return impossible('the pod has no name yet (generateName), and a token is bound to the name');
  if (!NAME.test(pod) || !NAME.test(namespace)) return impossible('the pod or namespace has a name that Kubernetes does not allow');
  if (username.length > MAX_USERNAME) return impossible(`the username is longer than ${MAX_USERNAME} characters`);
  const user = encodeUser(username);
  const scope: TokenScope = { cluster: context.cluster, namespace, pod, user };
  const token = context.sign(request.uid.toLowerCase(), scope);
  return token === undefined ? { kind: 'no-key' } : { kind: 'marks', marks: { prefix: context.prefix, token, user: userInCommand(user) } };
}

function impossible(reason: string): TokenOutcome {
  return { kind: 'impossible', reason };
}
