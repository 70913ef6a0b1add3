import type { Issue } from '@whoran/kernel';
import { type Matcher, parseMatcher } from './matcher.ts';
import type { Route } from './route-tree.ts';
import type { RouteSettings, RoutesFileContent } from './routing-schema.ts';

/** How deep routes may nest. */
const MAX_DEPTH = 16;

/** The routing tree of a file that fits the schema, with everything in it that cannot be used. Items are JSON pointers. */
export function parseRoutes({ route, receivers }: RoutesFileContent): { readonly root: Route; readonly issues: readonly Issue[] } {
  const names = new Set(receivers.map(({ name }) => name));
  const issues: Issue[] = [];
  const complain = (item: string, message: string) => void issues.push({ code: 'invalid-route', item, message });

  const parse = (settings: RouteSettings, parent: string, at: string, depth: number): Route => {
    const receiver = settings.receiver ?? parent;
    if (!names.has(receiver)) complain(`${at}/receiver`, `names the receiver "${receiver}", which receivers does not have`);
    const children = settings.routes ?? [];
    if (depth === MAX_DEPTH && children.length > 0) complain(`${at}/routes`, `nests deeper than ${MAX_DEPTH} levels`);
    return {
      receiver,
      matchers: (settings.matchers ?? []).flatMap((text, index) => matcherOf(text, `${at}/matchers/${index}`)),
      ...(settings.min_priority === undefined ? {} : { minPriority: settings.min_priority }),
      continue: settings.continue ?? false,
      routes: depth < MAX_DEPTH ? children.map((child, index) => parse(child, receiver, `${at}/routes/${index}`, depth + 1)) : [],
    };
  };
  const matcherOf = (text: string, item: string): Matcher[] => {
    const matcher = parseMatcher(text);
    if (!matcher.ok) complain(item, matcher.error);
    return matcher.ok ? [matcher.value] : [];
  };
  return { root: parse(route, route.receiver, '/route', 0), issues };
}
