import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BREAK_GLASS_GROUP } from '@whoran/response';
import type { Kubectl } from './kubectl.ts';

/** Somebody who uses the cluster in the test. */
export interface Person {
  /** For file names and titles. */
  readonly word: string;
  readonly username: string;
  readonly groups: readonly string[];
}

/** The group whose members may enter the test's pods. */
export const DEVELOPERS = 'whoran-e2e-developers';

/** A user in a group whose members may enter pods. */
export const JANE: Person = { word: 'jane', username: 'jane@example.com', groups: [DEVELOPERS] };
/** A user with a name that breaks what quotes or splits carelessly. May enter pods. */
export const AWKWARD: Person = { word: 'awkward', username: `Jörg "J." O'Néil $HOME \`id\` % (ops) 東`, groups: [] };
/** Somebody as whom the administrator acts. */
export const ONCALL: Person = { word: 'oncall', username: 'oncall@example.com', groups: [DEVELOPERS] };
/** May look at pods and not enter them. */
export const VISITOR: Person = { word: 'visitor', username: 'visitor@example.com', groups: [] };

/** May enter pods, and is in the group that nobody keeps out. */
export const RESCUER: Person = { word: 'rescuer', username: 'rescuer@example.com', groups: [DEVELOPERS, BREAK_GLASS_GROUP] };
/** As whom the alert router responds: with the rights that are generated for it, and no others. */
export const RESPONDER: Person = { word: 'responder', username: 'whoran-e2e-responder', groups: [] };

interface Kubeconfig {
  readonly users: readonly { readonly name: string; readonly user: object }[];
}

/** Writes a kubeconfig for the cluster of `admin`, with another user in it, and answers its path. */
export async function writeKubeconfig(folder: string, word: string, admin: Kubectl, userOf: (admin: object) => object): Promise<string> {
  const view = await admin.json<Kubeconfig>(['config', 'view', '--raw', '--minify', '--flatten']);
  const path = join(folder, `${word}.kubeconfig`);
  const users = view.users.map(({ name, user }) => ({ name, user: userOf(user) }));
  writeFileSync(path, JSON.stringify({ ...view, users }), { mode: 0o600 });
  chmodSync(path, 0o600);
  return path;
}

/** A user of the administrator's kubeconfig who acts as somebody else. */
export function actingAs({ username, groups }: Person): (admin: object) => object {
  return (admin) => ({ ...admin, as: username, ...(groups.length === 0 ? {} : { 'as-groups': groups }) });
}
