import { printIssue } from '@whoran/kernel';
import Type from 'typebox';
import { readRoutesFile } from './file/read-routes-file.ts';
import type { Routing } from './routing.ts';

const KINDS = [{ kind: 'stdout', schema: Type.Object({}) }];

/** The issues of a routes file whose receivers are `default`, `stdout: {}` and others of this kind that it names. */
export function issuesOf(text: string): readonly string[] {
  const read = readRoutesFile(withReceivers(text), KINDS);
  return (read.ok ? read.value.locate(read.value.issues) : read.error).map(printIssue);
}

/** The routing of a text without receivers: each that it names prints. Throws if something is wrong with it. */
export function routingOf(text: string): Routing {
  const read = readRoutesFile(withReceivers(text), KINDS);
  if (!read.ok || read.value.issues.length > 0) throw new Error(issuesOf(text).join('\n'));
  return read.value.routing;
}

function withReceivers(text: string): string {
  if (/^receivers:/m.test(text)) return text;
  const names = new Set([...text.matchAll(/receiver: ([\w-]+)/g)].map(([, name]) => name));
  return `${text}\nreceivers: [${[...names].map((name) => `{ name: ${name}, stdout: {} }`).join(', ')}]\n`;
}
