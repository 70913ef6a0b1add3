import { type Condition, type FieldCatalog, compileCondition } from '@whoran/rules';
import { type Kind, differs, passed } from '../kind.ts';
import { mockCatalog, mockEvent } from './mock-catalog.ts';

const position = { index: 0, line: 1, column: 1 };

/** Whether a path is one of some paths or lies below one. */
export const pmatch: Kind = {
  kind: 'pmatch',
  run: (it) => {
    const values = it['paths'] as readonly string[];
    const left = { type: 'field', name: 'fd.name', position } as const;
    const condition: Condition = { type: 'binary', left, operator: 'pmatch', right: { type: 'list', values, position }, position };
    const catalog: FieldCatalog = mockCatalog({ 'fd.name': { type: 'FSPATH', value: it['path'] } });
    const compiled = compileCondition(condition, catalog);
    const actual = compiled.ok ? compiled.value.matches(mockEvent) : compiled.error.message;
    return actual === it['expect'] ? passed : differs('result', it['expect'], actual);
  },
};
