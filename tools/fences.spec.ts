import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';

/** Real files lend their place: what stands in them is replaced before linting, never on disk. */
const core = 'libs/kernel/src/clock.ts';
const adapter = 'libs/outputs/src/registry.ts';
const service = 'services/alert-router/src/open-receivers.ts';
const spec = 'services/alert-router/src/alert-router.spec.ts';

const BOUNDARIES = '@nx/enforce-module-boundaries';
const cases: readonly (readonly [what: string, file: string, text: string, rule: string | undefined])[] = [
  ['core reads files', core, "import { readFileSync } from 'node:fs';\nreadFileSync('x');\n", 'no-restricted-imports'],
  ['core uses Nest', core, "import { Injectable } from '@nestjs/common';\nInjectable();\n", 'no-restricted-imports'],
  ['core uses rxjs', core, "import { of } from 'rxjs';\nof(1);\n", 'no-restricted-imports'],
  ['core imports an adapter', core, "import { redactUrl } from '@whoran/outputs';\nredactUrl(new URL('x:y'));\n", BOUNDARIES],
  ['core imports builders', core, "import { anAlert } from '@whoran/testing';\nanAlert();\n", BOUNDARIES],
  ['core asks for the time', core, 'Date.now();\n', 'no-restricted-syntax'],
  ['core asks for the date', core, 'new Date();\n', 'no-restricted-syntax'],
  ['core rolls dice', core, 'Math.random();\n', 'no-restricted-syntax'],
  ['core sets a timer', core, 'setTimeout(() => {}, 1);\n', 'no-restricted-globals'],
  ['core looks at the process', core, 'process.exit();\n', 'no-restricted-globals'],
  ['core fetches', core, "void fetch('x');\n", 'no-restricted-globals'],
  ['an adapter uses Nest', adapter, "import { Injectable } from '@nestjs/common';\nInjectable();\n", BOUNDARIES],
  ['an adapter imports the platform', adapter, "import { Shutdown } from '@whoran/service-kit';\nvoid Shutdown;\n", BOUNDARIES],
  ['a service imports a service', service, "import { forensics } from '@whoran/forensics';\nvoid forensics;\n", BOUNDARIES],
  ['a service imports builders', service, "import { anAlert } from '@whoran/testing';\nanAlert();\n", BOUNDARIES],
  [
    'a service reaches into a library',
    service,
    "import { registry } from '../../../libs/outputs/src/registry.ts';\nvoid registry;\n",
    BOUNDARIES,
  ],
  [
    'a service uses the library of another',
    'services/forensics/src/index.ts',
    "import { redactUrl } from '@whoran/outputs';\nvoid redactUrl;\n",
    BOUNDARIES,
  ],
  ['a service parses JSON by hand', service, "JSON.parse('{}');\n", 'no-restricted-syntax'],
  ['a service reads the environment', service, "void process.env['HOME'];\n", 'no-restricted-syntax'],
  ['a service writes to the console', service, "console.log('x');\n", 'no-console'],
  ['a service forgets a promise', service, 'Promise.resolve(1);\n', '@typescript-eslint/no-floating-promises'],
  ['a service exports by default', service, 'export default 1;\n', 'no-restricted-syntax'],
  ['a service exports without a comment', service, 'export const x = 1;\n', 'whoran/doc-comments'],
  ['core uses Buffer', core, "import { Buffer } from 'node:buffer';\nBuffer.alloc(1);\n", undefined],
  ['core makes a date of a time', core, 'new Date(0);\n', undefined],
  ['a service imports a library', service, "import { redactUrl } from '@whoran/outputs';\nredactUrl(new URL('x:y'));\n", undefined],
  ['a spec imports builders and parses', spec, "import { anAlert } from '@whoran/testing';\nanAlert();\nJSON.parse('{}');\n", undefined],
  [
    'development imports services',
    'dev/attribution/src/main.ts',
    "import { alertRouter } from '@whoran/alert-router';\nvoid alertRouter;\n",
    undefined,
  ],
];

describe('the fences', () => {
  const answers: { rule: string | null; message: string }[][] = [];

  beforeAll(() => {
    // Without the graph of projects the boundaries rule would stay silent.
    execFileSync('node_modules/.bin/nx', ['graph', '--file=.nx/graph.json'], { stdio: 'pipe' });
    const input = JSON.stringify(cases.map(([, file, text]) => ({ file, text })));
    answers.push(
      ...(JSON.parse(
        execFileSync(process.execPath, ['tools/eslint/lint-texts.mjs'], { input, maxBuffer: 1 << 26 }).toString(),
      ) as typeof answers),
    );
  }, 180_000);

  it.each(cases.map(([what, , , rule], index) => [what, rule ?? 'allowed', index] as const))('%s: %s', (_what, rule, index) => {
    const broken = (answers[index] ?? []).map((answer) => answer.rule);
    if (rule === 'allowed') expect(answers[index]).toEqual([]);
    else expect(broken).toContain(rule);
  });
});

describe('the projects', () => {
  const imports = new Map<string, Set<string>>();
  const tags = new Map<string, readonly string[]>();
  for (const file of globSync(['{libs,services,dev}/*/package.json', 'cli/package.json'])) {
    const { name, nx } = JSON.parse(readFileSync(file, 'utf8')) as { name: string; nx: { tags: string[] } };
    tags.set(name, nx.tags);
    imports.set(name, importsOf(dirname(file)));
  }

  it('import each other in no circle, specs aside', () => {
    const done = new Set<string>();
    const visit = (name: string, path: readonly string[]): void => {
      if (path.includes(name)) throw new Error(`circular: ${[...path, name].join(' → ')}`);
      if (done.has(name)) return;
      for (const next of imports.get(name) ?? []) visit(next, [...path, name]);
      done.add(name);
    };
    for (const name of imports.keys()) visit(name, []);
    expect(done.size).toBe(imports.size);
  });
  it('say in their tags what they are and whom they serve', () => {
    for (const [name, own] of tags) expect([name, own.filter((tag) => /^(type|scope):/.test(tag)).length]).toEqual([name, 2]);
  });
});

function importsOf(root: string): Set<string> {
  const files = globSync(join(root, '{src,bin}/**/*.ts')).filter(
    (file) => !/\.spec\.ts$|\.int-spec\.ts$|\.suite\.ts$|\/spec-|\/testing\//.test(file),
  );
  return new Set(
    files.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/from '(@whoran\/[a-z-]+)'/g)].map((match) => match[1] ?? '')),
  );
}
