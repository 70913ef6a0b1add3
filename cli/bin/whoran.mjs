#!/usr/bin/env node
// Plain JavaScript for any Node from 20: starts the pinned Node with the loader of TypeScript, wherever one is.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const at = (path) => new URL(`../../${path}`, import.meta.url);
const node = fileURLToPath(at(`node_modules/node/bin/node${process.platform === 'win32' ? '.exe' : ''}`));

if (!existsSync(node)) {
  process.stderr.write('whoran: the dependencies are not installed: run `npm ci` in the checkout\n');
  process.exit(1);
}

const loader = ['--import', at('tools/register/register.mjs').href];
const child = spawn(node, [...loader, fileURLToPath(at('cli/src/main.ts')), ...process.argv.slice(2)], { stdio: 'inherit' });

// The terminal sends Ctrl-C to both processes; this one stays until the other has ended. SIGTERM comes only here.
process.on('SIGINT', () => {});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));

child.on('error', (error) => {
  process.stderr.write(`whoran: cannot start ${node}: ${error.message}\n`);
  process.exit(1);
});
child.on('exit', (code, signal) => {
  if (signal === null) process.exit(code ?? 1);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
});
