import fc from 'fast-check';
import { stringify } from 'yaml';
import { printExactly } from './condition/print-exactly.ts';
import { anyCondition } from './condition/spec-conditions.ts';

/** Mostly what is right, so that much of a file is. */
function mostly<T>(right: fc.Arbitrary<T>, other: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 19, arbitrary: right }, { weight: 1, arbitrary: other });
}

/** Few names, so that items meet: they append to, override, use and redefine one another, in circles too. */
const ODD = ['in', 'and', '__proto__', 'constructor', 'toString', 'x y', ''];
const name = fc.oneof({ weight: 9, arbitrary: fc.constantFrom('a', 'b', 'm', 'l') }, fc.constantFrom(...ODD), fc.string());
const anything = fc.oneof(fc.jsonValue({ maxDepth: 2 }), name);
const plain = fc.constantFrom('proc.name = a', 'evt.type = execve', 'fd.name in (l, b)', 'm and a', 'not b', 'm', 'proc.aname[2] != l');
const condition = mostly(plain, fc.oneof(anyCondition.map(printExactly), fc.string(), anything));
const OUTPUTS = ['x %proc.name', '%evt.time', 'a'];
const output = mostly(
  fc.constantFrom(...OUTPUTS),
  fc.constantFrom('%', '%no.field', '%tolower(proc.name)', '', '%10proc.name', '%__proto__.x'),
);
const words = mostly(fc.array(name, { maxLength: 4 }), anything);
const overrideOf = (...keys: string[]) =>
  mostly(
    fc.dictionary(fc.constantFrom(...keys), fc.constantFrom('append', 'replace'), { minKeys: 1, maxKeys: 2 }),
    fc.dictionary(fc.constantFrom('source', '__proto__', ...keys), anything, { maxKeys: 2 }),
  );
const exception = fc.record({
  name,
  fields: mostly(fc.constantFrom<unknown>('proc.name', ['proc.name', 'fd.name']), fc.oneof(fc.constant(['__proto__.x']), anything)),
  comps: mostly(fc.constantFrom<unknown>('in', ['=', 'in'], 'startswith oneof'), anything),
  values: mostly(fc.constantFrom<unknown>([['a', ['b', 'l']]], ['a', 'b'], [['a', 'b"']], [[]]), anything),
});
/** Some of what an item may have; each rarely. */
function rarely(more: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  const some = Object.entries(more).map(([key, value]) => value.map((it) => ({ [key]: it })));
  return fc.oneof({ weight: 4, arbitrary: fc.constant({}) }, { weight: 2, arbitrary: fc.oneof(...some) });
}
const item = mostly(
  fc
    .oneof(
      fc.tuple(fc.record({ list: name, items: words }), rarely({ append: fc.boolean(), override: overrideOf('items') })),
      fc.tuple(fc.record({ macro: name, condition }), rarely({ append: fc.boolean(), override: overrideOf('condition') })),
      fc.tuple(
        fc.record({
          rule: name,
          condition,
          output,
          desc: mostly(name, anything),
          priority: mostly(fc.constantFrom('info', 'ERROR'), anything),
        }),
        rarely({
          source: fc.constantFrom('syscall', 'k8s_audit', '__proto__'),
          enabled: mostly(fc.boolean(), anything),
          tags: words,
          exceptions: mostly(fc.array(exception, { maxLength: 2 }), anything),
          'skip-if-unknown-filter': fc.boolean(),
          override: overrideOf('condition', 'exceptions', 'tags', 'output', 'enabled', 'priority'),
          append: fc.boolean(),
        }),
      ),
    )
    .map(([own, more]) => ({ ...own, ...more })),
  fc.oneof(fc.record({ required_engine_version: anything, required_plugin_versions: anything }, { requiredKeys: [] }), anything),
);
const BASE = `- {list: l, items: [a, b]}
- {macro: a, condition: evt.type = execve}
- {macro: b, condition: proc.name in (l)}
- {macro: m, condition: a or b}
`;
const items = fc.array(item, { maxLength: 12 });
const text = fc.oneof(
  { weight: 4, arbitrary: items.map((some) => BASE + some.map((each) => `- ${JSON.stringify(each)}\n`).join('')) },
  { weight: 3, arbitrary: items.map((some) => stringify(some)) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
);
/** A good file, with something cut out, put in or repeated. */
const broken = fc
  .tuple(
    text,
    fc.nat(),
    fc.nat(40),
    fc.oneof(fc.constantFrom('\t', '- ', '*a', '&a', '!!x', ': ', '"', '[', '{', '|\n', '\0', '---\n', '\ud800'), fc.string()),
  )
  .map(([good, at, length, put]) => `${good.slice(0, at % (good.length + 1))}${put}${good.slice((at % (good.length + 1)) + length)}`);
/** One to three files, most of them good, with items that are about one another. */
export const anyFiles: fc.Arbitrary<readonly string[]> = fc.array(fc.oneof({ weight: 3, arbitrary: text }, broken), {
  minLength: 1,
  maxLength: 3,
});
