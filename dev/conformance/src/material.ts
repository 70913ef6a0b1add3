import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import { Unusable } from '@whoran/command';
import { parseJson } from '@whoran/contracts';
import { isRecord, messageOf } from '@whoran/kernel';
import type { Case, CaseFile, Material } from './kind.ts';

/** The folder has not the form of a folder of cases. Says what is wrong where. */
export class FolderUnusable extends Unusable {}

/** The kind of the cases made of a file that has `files` in place of `cases`. */
const KIND_OF_FILES = 'official-compiled';

/** Opens every file of cases below the folder, sorted by name. Throws FolderUnusable. */
export function openMaterial(folder: string): readonly Material[] {
  const place = join(folder, 'cases');
  if (!isFolder(place)) throw new FolderUnusable(`${folder}: there is no folder cases/ in it`);
  const names = readdirSync(place).filter((name) => name.endsWith('.json'));
  if (names.length === 0) throw new FolderUnusable(`${place}: there is no .json file in it`);
  const texts = new Map<string, string>();
  return names.toSorted().map((name) => materialOf(folder, readCaseFile(place, name), texts));
}

function materialOf(folder: string, file: CaseFile, texts: Map<string, string>): Material {
  return {
    file,
    read: (path) => {
      const text = texts.get(path) ?? readFileSync(inside(folder, path), 'utf8');
      texts.set(path, text);
      return text;
    },
    has: (path) => existsSync(inside(folder, path)),
    list: (path) => readdirSync(inside(folder, path)).toSorted(),
  };
}

/** Cases name files; none of them is outside of the folder. */
function inside(folder: string, path: string): string {
  const whole = join(folder, path);
  const way = relative(folder, whole);
  if (isAbsolute(path) || way.startsWith('..')) throw new Error(`${path} is not below the folder of the cases`);
  return whole;
}

function readCaseFile(place: string, name: string): CaseFile {
  const path = join(place, name);
  const content = readObject(path);
  const cases = content['cases'] ?? casesOfFiles(content['files']);
  if (!Array.isArray(cases)) throw new FolderUnusable(`${path}: it has neither a list "cases" nor an object "files"`);
  const wrong = cases.findIndex((it) => !isCase(it));
  if (wrong >= 0) throw new FolderUnusable(`${path}: case ${wrong + 1} has no name or no kind`);
  return { ...content, name, cases: cases as readonly Case[] };
}

function readObject(path: string): Readonly<Record<string, unknown>> {
  try {
    const text = readFileSync(path, 'utf8');
    const value = parseJson(text);
    // Trees of conditions may nest deeper than foreign JSON may; such files have no long integers.
    const content: unknown = value.ok ? value.value : JSON.parse(text);
    if (isRecord(content)) return content;
  } catch (error) {
    throw new FolderUnusable(`${path}: ${messageOf(error)}`);
  }
  throw new FolderUnusable(`${path}: it is no JSON object`);
}

function casesOfFiles(files: unknown): readonly Case[] | undefined {
  if (!isRecord(files)) return undefined;
  return Object.entries(files).map(([name, it]) => ({ ...(isRecord(it) ? it : {}), name, kind: KIND_OF_FILES }));
}

function isCase(value: unknown): value is Case {
  return isRecord(value) && typeof value['name'] === 'string' && typeof value['kind'] === 'string';
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
