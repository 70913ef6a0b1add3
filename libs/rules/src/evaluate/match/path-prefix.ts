import { compileGlob } from './glob.ts';

/** The paths below one component: `whole` if a path ends here, so that everything below it matches. */
interface Branch {
  whole: boolean;
  readonly exact: Map<string, Branch>;
  readonly globs: Map<string, { readonly matches: (component: string) => boolean; readonly branch: Branch }>;
}

const GLOB = /[?*[]/;

/**
 * Compiles the paths of `pmatch`: a text matches if it is one of them or lies below it, compared by components. Slashes at the
 * beginning and the end and doubled ones do not matter, dots are names like others, and a component with `?`, `*` or `[` is a
 * pattern of its own. All patterns that fit are followed; Falco follows one of them, whichever its hash table has first.
 */
export function compilePathPrefixes(paths: readonly string[]): (text: string) => boolean {
  const root = newBranch();
  for (const path of paths) add(root, componentsOf(path));
  return (text) => isBelow(root, componentsOf(text));
}

function newBranch(): Branch {
  return { whole: false, exact: new Map(), globs: new Map() };
}

function componentsOf(path: string): readonly string[] {
  return path.split('/').filter((component) => component !== '');
}

function add(root: Branch, components: readonly string[]): void {
  let branch = root;
  for (const component of components) {
    const next = child(branch, component);
    branch = next;
  }
  branch.whole = true;
}

function child(branch: Branch, component: string): Branch {
  const known = branch.exact.get(component) ?? branch.globs.get(component)?.branch;
  if (known) return known;
  const created = newBranch();
  if (GLOB.test(component)) branch.globs.set(component, { matches: compileGlob(component), branch: created });
  else branch.exact.set(component, created);
  return created;
}

/** Goes through the components with every branch that fits, each once, so that many patterns do not multiply the work. */
function isBelow(root: Branch, components: readonly string[]): boolean {
  let branches: ReadonlySet<Branch> = new Set([root]);
  for (const component of components) {
    if (anyWhole(branches)) return true;
    branches = new Set([...branches].flatMap((branch) => branchesFor(branch, component)));
    if (branches.size === 0) return false;
  }
  return anyWhole(branches);
}

function branchesFor({ exact, globs }: Branch, component: string): readonly Branch[] {
  const same = exact.get(component);
  const fitting = [...globs.values()].filter(({ matches }) => matches(component)).map(({ branch }) => branch);
  return same ? [same, ...fitting] : fitting;
}

function anyWhole(branches: ReadonlySet<Branch>): boolean {
  for (const branch of branches) if (branch.whole) return true;
  return false;
}
