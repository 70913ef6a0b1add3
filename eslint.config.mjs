import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import { globSync, readFileSync } from 'node:fs';
import tseslint from 'typescript-eslint';
import { docComments } from './tools/eslint/doc-comments.mjs';
import {
  depConstraints,
  environment,
  everywhere,
  impureGlobals,
  impureModules,
  jsonParse,
  projectsTagged,
  pure,
  specConstraints,
} from './tools/eslint/fences.mjs';

const specs = [
  '**/*.spec.ts',
  '**/*.int-spec.ts',
  '**/*.e2e-spec.ts',
  '**/*.suite.ts',
  '**/spec-*.ts',
  '**/spec-support/**',
  '**/testing/**',
  'docs/tour/**',
];
const development = ['tools/**', 'dev/**', 'bench/**', 'e2e/**'];

/**
 * Nx counts what specs import, so builders make every project look circular; which cycles there really are is checked without
 * specs in tools/fences.spec.ts.
 */
const names = globSync(['{libs,services,dev}/*/package.json', '{cli,tools,e2e,bench}/package.json']).map(
  (file) => JSON.parse(readFileSync(file, 'utf8')).name,
);
const ignoredCircularDependencies = names.flatMap((a) => names.filter((b) => b !== a).map((b) => [a, b]));
const boundaries = (constraints, more = {}) => [
  'error',
  { depConstraints: constraints, banTransitiveDependencies: true, ignoredCircularDependencies, ...more },
];

export default tseslint.config(
  { ignores: ['node_modules/', '.cache/', '.nx/', 'dist/', 'data/', 'coverage/', '**/*.d.ts', 'recordings/', '**/fixtures/**'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [js.configs.recommended, ...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    plugins: { '@nx': nx, whoran: { rules: { 'doc-comments': docComments } } },
    rules: {
      '@nx/enforce-module-boundaries': boundaries(depConstraints),
      'whoran/doc-comments': 'error',
      'no-restricted-syntax': ['error', ...everywhere, ...jsonParse, ...environment],
      'no-console': 'error',
      eqeqeq: 'error',
      // `?.`, `??` and default values count as branches, which is more than a reader counts.
      complexity: ['error', 16],
      'max-lines': ['error', 400],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 5],
      'max-depth': ['error', 3],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-floating-promises': ['error', { ignoreVoid: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // A port may wait although one of its implementations does not; ports are passed on as functions; types are structural.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // `return done()` and `() => void list.push(x)` are how this code leaves early and ignores a result.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // Settings are copied with what differs; nobody calls methods on them.
      '@typescript-eslint/no-misused-spread': 'off',
      // A Nest module is a class with nothing but `with(config)`.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true, allowStaticOnly: true, allowEmpty: true }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' },
      ],
    },
  },
  {
    files: projectsTagged('type:core').map((root) => `${root}/src/**/*.ts`),
    ignores: specs,
    rules: {
      'no-restricted-imports': ['error', impureModules],
      'no-restricted-globals': ['error', ...impureGlobals],
      'no-restricted-syntax': ['error', ...everywhere, ...jsonParse, ...environment, ...pure],
    },
  },
  { files: ['libs/contracts/src/json.ts'], rules: { 'no-restricted-syntax': ['error', ...everywhere, ...environment, ...pure] } },
  {
    files: ['libs/service-kit/src/run-service.ts', 'cli/src/main.ts', 'services/alert-router/src/process-environment.ts'],
    rules: { 'no-restricted-syntax': ['error', ...everywhere, ...jsonParse] },
  },
  // Wiring: a factory takes what it injects.
  { files: ['**/*.module.ts'], rules: { 'max-params': 'off' } },
  { files: development, rules: { 'no-restricted-syntax': ['error', ...everywhere] } },
  {
    files: specs,
    rules: {
      '@nx/enforce-module-boundaries': boundaries(specConstraints, { allowCircularSelfDependency: true }),
      'no-restricted-syntax': ['error', ...everywhere],
      'max-lines-per-function': 'off',
      // Matchers such as expect.objectContaining are `any`.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
  prettier,
);
