import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Issue } from '@whoran/kernel';
import type { RuleFile } from '@whoran/rules';
import type { SettingsFiles } from '../files/settings-files.ts';
import { SHIPPED } from './rule-settings.ts';

/** The rules that come with whoran. */
const SHIPPED_FOLDER = fileURLToPath(new URL('../../../../deploy/rules', import.meta.url));
/** The official rule files together are a twentieth of this. */
const LARGEST_FILE = 8 << 20;
const ENDING = /\.ya?ml$/;

/** What was read of the rule files that settings name. */
export interface RuleFilesRead {
  /** In order, those of a folder sorted by path. */
  readonly ruleFiles: readonly RuleFile[];
  /** The names of those that come with whoran. */
  readonly shipped: ReadonlySet<string>;
  /** Why some cannot be read. */
  readonly issues: readonly Issue[];
}

/** Reads rule files and folders of them; of a folder, the files whose names end in .yaml or .yml. */
export function readRuleFiles(paths: readonly string[], files: SettingsFiles): RuleFilesRead {
  const issues: Issue[] = [];
  const shipped = new Set<string>();
  const complain = (item: string, message: string) => void issues.push({ code: 'invalid-rules-file', item, message });
  const read = (path: string, name: string): readonly RuleFile[] => {
    const text = files.readWhole(path, LARGEST_FILE);
    if (!text.ok) complain(path, text.error);
    return text.ok ? [{ name, text: text.value }] : [];
  };
  const filesOf = (path: string): readonly string[] => {
    const listed = files.list(path);
    if (!listed.ok) complain(path, listed.error);
    else if (listed.value[0] === path && !ENDING.test(path))
      complain(path, 'is not taken for a rule file: its name must end in .yaml or .yml');
    return listed.ok ? listed.value.filter((file) => ENDING.test(file)) : [];
  };
  const ruleFiles = paths.flatMap((path) => {
    if (path !== SHIPPED) return filesOf(path).flatMap((file) => read(file, file));
    return filesOf(SHIPPED_FOLDER).flatMap((file) => {
      const name = `${SHIPPED}/${basename(file)}`;
      shipped.add(name);
      return read(file, name);
    });
  });
  return { ruleFiles, shipped, issues };
}
