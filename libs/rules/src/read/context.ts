import { Buffer } from 'node:buffer';
import type { Position } from '../condition/ast.ts';
import type { Location } from '../issues.ts';
import type { Mark } from './yaml/mark.ts';

/** The words that Falco has for places in rule files. */
export type ItemType =
  | 'value for'
  | 'exceptions'
  | 'exception'
  | 'exception values'
  | 'exception value'
  | 'rules content'
  | 'rules content item'
  | 'required_engine_version'
  | 'required plugin versions'
  | 'required plugin versions entry'
  | 'required plugin versions alternative'
  | 'list'
  | 'list item'
  | 'macro'
  | 'macro condition'
  | 'rule'
  | 'rule condition'
  | 'condition expression'
  | 'rule output'
  | 'rule priority'
  | 'overrides';

/** Where something was read: the way from the file to it. With `expression`, the last step is inside of that condition. */
export interface Context {
  readonly locations: readonly [Location, ...Location[]];
  readonly expression?: { readonly text: string; readonly index: number };
}

/** The whole file. */
export function contextOfFile(file: string): Context {
  return { locations: [{ itemType: 'rules content', itemName: '', file, line: 0, column: 0, offset: 0 }] };
}

/** A node below a context. */
export function within(parent: Context, itemType: ItemType, place: { readonly mark: Mark }, itemName = ''): Context {
  const { file } = parent.locations[0];
  return { locations: [...parent.locations, { itemType, itemName, file, ...place.mark }] };
}

/** Longer expressions are cut when they name a place. */
const SHOWN_BYTES = 20;

/** A position in a condition; Falco adds it to the place of the condition, whatever lies between. */
export function inExpression(parent: Context, condition: string, position: Position): Context {
  const base = parent.locations.at(-1) ?? parent.locations[0];
  const location: Location = {
    itemType: 'condition expression',
    itemName: '',
    file: shown(condition),
    line: base.line + position.line,
    column: base.column + position.column,
    offset: base.offset + position.index,
  };
  return { locations: [...parent.locations, location], expression: { text: condition, index: position.index } };
}

function shown(condition: string): string {
  const bytes = Buffer.from(condition);
  const text = bytes.length > SHOWN_BYTES ? `${bytes.subarray(0, SHOWN_BYTES - 3).toString()}...` : condition;
  return `"${text}"`.replaceAll(/[\r\n]/g, ' ');
}
