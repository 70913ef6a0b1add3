import { type InjectionStrategy, shScript } from '@whoran/contracts';

/** What is put in front of a command or into an environment. */
export interface Marks {
  readonly prefix: string;
  readonly token: string;
  /** The encoded username, or nothing when it is too long for a command. */
  readonly user: string;
}

/** The command with the marks in front, element by element: no shell ever parses a username or a command. */
export function wrapCommand(strategy: Exclude<InjectionStrategy, 'none'>, marks: Marks, command: readonly string[]): readonly string[] {
  if (strategy === 'sh') return ['/bin/sh', '-c', shScript(marks.prefix), 'sh', marks.token, marks.user, ...command];
  return ['/usr/bin/env', ...entriesOf(marks).map(({ name, value }) => `${name}=${value}`), ...command];
}

/** The marks as entries of a container's `env`. */
export function entriesOf({ prefix, token, user }: Marks): readonly { readonly name: string; readonly value: string }[] {
  return [
    { name: `${prefix}SESSION`, value: token },
    { name: `${prefix}USER_ID`, value: user },
  ];
}
