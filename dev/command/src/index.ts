export { type Help, type Talk, Unusable, runCommand } from './run-command.ts';
