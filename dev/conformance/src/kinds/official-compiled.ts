import { basename } from 'node:path';
import { auditFields, loadRules, syscallFields } from '@whoran/rules';
import { type Kind, passed } from '../kind.ts';
import { type Expected, compareLoad } from './rules-load.ts';

/** Official rule files, whole: what every rule, macro and list comes to. */
export const officialCompiled: Kind = {
  kind: 'official-compiled',
  run: (it, material) => {
    const path = `rules/${basename(String(it['path']))}`;
    if (!material.has(path)) return { kind: 'not-applicable', reason: `the rule file ${path} is not in the folder` };
    const result = loadRules([{ name: basename(path), text: material.read(path) }], { sources: sources(), issues: 'first' });
    return compareLoad(it['expect'] as Expected, result) ?? passed;
  },
};

function sources() {
  return [
    { name: 'syscall', catalog: syscallFields() },
    { name: 'k8s_audit', catalog: auditFields() },
  ];
}
