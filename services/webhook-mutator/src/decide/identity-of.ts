import type { Identity } from '@whoran/contracts';
import { truncate } from '@whoran/kernel';
import type { AdmissionRequest } from '../admission/admission-request.ts';

/** Names the exact certificate or token that was used (KEP-4193). */
const CREDENTIAL_ID = 'authentication.kubernetes.io/credential-id';

/** Longer usernames do not fit a session record; no request header lets one through. */
export const MAX_USERNAME = 65_536;
const MAX_GROUPS = 10_000;
/** Characters of `extra` that are kept: the record must fit a message of the bus. */
const MAX_EXTRA = 65_536;

/** The user of a request, cut to what a session record holds. */
export function identityOf({ username, uid, groups, extra }: AdmissionRequest['userInfo']): Identity {
  const credentialId = extra?.[CREDENTIAL_ID]?.[0];
  return {
    username: truncate(username ?? '', MAX_USERNAME),
    ...(uid ? { uid: truncate(uid, 1024) } : {}),
    groups: (groups ?? []).slice(0, MAX_GROUPS).map((group) => truncate(group, 1024)),
    ...(extra ? { extra: withinBudget(extra) } : {}),
    ...(credentialId ? { credentialId: truncate(credentialId, 1024) } : {}),
  };
}

function withinBudget(extra: Readonly<Record<string, readonly string[]>>): Record<string, string[]> {
  let left = MAX_EXTRA;
  const kept: [string, string[]][] = [];
  for (const [name, values] of Object.entries(extra)) {
    left -= values.reduce((sum, value) => sum + value.length, name.length);
    if (left < 0) break;
    kept.push([name, [...values]]);
  }
  return Object.fromEntries(kept);
}
