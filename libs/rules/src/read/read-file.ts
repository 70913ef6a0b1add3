import { Buffer } from 'node:buffer';
import { type Result, err, ok } from '@whoran/kernel';
import { contextOfFile, within } from './context.ts';
import { MAX_FILE_BYTES, MAX_ITEMS } from './limits.ts';
import { Refusal } from './refusal.ts';
import { printYamlError } from './yaml/yaml-errors.ts';
import type { YamlNode } from './yaml/yaml-node.ts';
import { readYaml } from './yaml/yaml-reader.ts';

/** A rule file; the name is what issues say. */
export interface RuleFile {
  readonly name: string;
  readonly text: string;
}

/**
 * The items of a rule file, those of all its documents; null items and documents are left out. A document that is no sequence ends the
 * file: the refusal comes with the items before it.
 */
export function itemsOfFile(file: RuleFile): { readonly items: readonly YamlNode[]; readonly refusal?: Refusal } {
  const documents = documentsOf(file);
  if (!documents.ok) return { items: [], refusal: documents.error };
  const context = contextOfFile(file.name);
  const items: YamlNode[] = [];
  for (const document of documents.value) {
    if (document.type === 'null') continue;
    if (document.type === 'scalar') return { items, refusal: new Refusal('LOAD_ERR_YAML_VALIDATE', 'Rules content is not yaml', context) };
    if (document.type === 'map') {
      return { items, refusal: new Refusal('LOAD_ERR_YAML_VALIDATE', 'Rules content is not yaml array of objects', context) };
    }
    for (const item of document.items) {
      if (item.type === 'null') continue;
      if (items.length >= MAX_ITEMS) return { items, refusal: tooManyItems(file, item) };
      items.push(item);
    }
  }
  return { items };
}

function documentsOf(file: RuleFile): Result<readonly YamlNode[], Refusal> {
  const context = contextOfFile(file.name);
  const bytes = Buffer.byteLength(file.text);
  if (bytes > MAX_FILE_BYTES) {
    const message = `The file has ${bytes} bytes; rule files may have ${MAX_FILE_BYTES}`;
    return err(new Refusal('LOAD_ERR_FILE_READ', message, context));
  }
  const documents = readYaml(file.text.replace(/^\uFEFF/, ''));
  if (documents.ok) return ok(documents.value);
  return err(new Refusal('LOAD_ERR_YAML_PARSE', printYamlError(documents.error), within(context, 'value for', documents.error)));
}

function tooManyItems(file: RuleFile, item: YamlNode): Refusal {
  const message = `The file has more than ${MAX_ITEMS} items`;
  return new Refusal('LOAD_ERR_YAML_VALIDATE', message, within(contextOfFile(file.name), 'rules content item', item));
}
