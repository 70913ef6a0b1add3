import { isRecord } from '@whoran/kernel';
import { parse } from 'yaml';

/** The settings in a file of Falco's configuration, with options of its command line (`-o key=value`) put in. */
export function settingsOf(text: string | undefined, options: readonly string[] = []): Readonly<Record<string, unknown>> {
  const settings = asMap(text === undefined ? {} : parse(text));
  for (const option of options) setOption(settings, option);
  return settings;
}

/** The entries of a setting; one that is no list is ignored, as Falco does. */
export function entriesOf(settings: Readonly<Record<string, unknown>>, key: string): readonly unknown[] {
  const value = settings[key];
  return Array.isArray(value) ? value : [];
}

type Tree = Record<string, unknown>;

function asMap(value: unknown): Tree {
  return isRecord(value) ? value : {};
}

/** `a[].b=c` adds an entry to the list `a`, `a[1].b=c` changes one. */
function setOption(settings: Tree, option: string): void {
  const [path = '', ...value] = option.split('=');
  const steps = path.split('.');
  let tree = settings;
  for (const [index, step] of steps.entries()) {
    const isLast = index === steps.length - 1;
    const [, name = '', place] = /^([^[]*)(?:\[(\d*)\])?$/.exec(step) ?? [];
    const given: unknown = parse(value.join('='));
    if (place === undefined) {
      tree[name] = isLast ? given : asMap(tree[name]);
      tree = asMap(tree[name]);
      continue;
    }
    const list: unknown[] = Array.isArray(tree[name]) ? (tree[name] as unknown[]) : [];
    const at = place === '' ? list.length : Number(place);
    list[at] = isLast ? given : asMap(list[at]);
    tree[name] = list;
    tree = asMap(list[at]);
  }
}
