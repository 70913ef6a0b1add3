/**
 * Gives every project its targets, so that a new project needs a package.json and no more: lint, test, and serve where there
 * is a main.ts. CommonJS because Nx loads plugins with require. Types are checked for the whole repository at once.
 */
const { existsSync } = require('node:fs');
const { dirname, join } = require('node:path');

const jest = 'node --experimental-vm-modules --disable-warning=ExperimentalWarning node_modules/jest/bin/jest.js --passWithNoTests';

// kafkajs sometimes waits for less than nothing, which Node.js would say on standard error.
const run = 'exec node --disable-warning=TimeoutNegativeWarning --import ./tools/register/register.mjs';

function targetsOf(root, workspaceRoot) {
  const command = (text) => ({ executor: 'nx:run-commands', options: { command: text, cwd: '{workspaceRoot}' } });
  const main = join(root, 'src/main.ts');
  return {
    lint: command(`eslint --no-warn-ignored --no-error-on-unmatched-pattern ${root}`),
    test: command(`${jest} ${root}/`),
    'int-test': command(`${jest} --config jest.int.config.mjs ${root}/`),
    ...(existsSync(join(workspaceRoot, main)) ? { serve: command(`${run} ${main}`) } : {}),
  };
}

module.exports = {
  name: 'project-targets',
  createNodesV2: [
    '{libs/*,services/*,dev/*,cli,tools,e2e,bench}/package.json',
    (files, _options, { workspaceRoot }) =>
      files.map((file) => {
        const root = dirname(file);
        return [file, { projects: { [root]: { root, targets: targetsOf(root, workspaceRoot) } } }];
      }),
  ],
};
