import { Buffer } from 'node:buffer';
import { type Result, err, ok } from '@whoran/kernel';
import type { FieldCatalog, RuleEvent } from '../fields/field.ts';
import { type OutputField, type OutputPart, outputPart } from './output-part.ts';
import { ABSENT_TEXT, type OutputValue } from './print-value.ts';
import { tokensOf } from './read-token.ts';

/** How wide a field may be asked to be, in bytes. */
const MAX_WIDTH = 65_536;

/** What Falco says of anything that is no field. What follows are our words. */
export const UNKNOWN_FILTER = "unknown filter: unexpected token after '";

/** A format that has been understood. */
export interface OutputFormat {
  /** Every field and transformer in it, those inside a transformer before it. */
  readonly names: readonly string[];
  /** The fields in it that go to `output_fields`, in their order. */
  readonly columns: readonly OutputField[];
  /** The text. Where a field is absent it says `<NA>`, or ends there if the format does not begin with `*`. */
  text(event: RuleEvent): string;
  /** The fields in it, for `output_fields`. Absent ones are null, or end the list if the format does not begin with `*`. */
  fields(event: RuleEvent): Readonly<Record<string, OutputValue>>;
  /** Whether the text, and the fields, have come to their end. */
  isComplete(event: RuleEvent): { readonly text: boolean; readonly fields: boolean };
}

type Piece = string | { readonly part: OutputPart; readonly width: number };

/** Reads a format such as `*user=%ka.user.name`. The error begins with Falco's text and says where it was. */
export function parseOutput(format: string, catalog: FieldCatalog): Result<OutputFormat, string> {
  if (format === '') return err('empty formatting token');
  const lenient = format.startsWith('*');
  const pieces: Piece[] = [];
  let at = lenient ? 1 : 0;
  while (at < format.length) {
    const next = format.indexOf('%', at);
    const end = next === -1 ? format.length : next;
    if (end > at) pieces.push(format.slice(at, end));
    if (next === -1) break;
    const piece = readPiece(format, next, catalog);
    if (!piece.ok) return piece;
    pieces.push(piece.value.piece);
    at = piece.value.end;
  }
  return ok(formatOf(pieces, lenient));
}

function readPiece(format: string, percent: number, catalog: FieldCatalog): Result<{ piece: Piece; end: number }, string> {
  if (percent === format.length - 1) return err('invalid formatting syntax: formatting cannot end with a %');
  const digits = /^\d*/.exec(format.slice(percent + 1, percent + 12))?.[0] ?? '';
  const start = percent + 1 + digits.length;
  if (start === format.length) return err('invalid formatting syntax: formatting cannot end with a number');
  const width = Number(digits);
  if (width > MAX_WIDTH) return err(`invalid formatting syntax: no field can be ${digits} wide, ${MAX_WIDTH} at most`);
  let problem: string | undefined;
  for (const { operand, length } of tokensOf(format.slice(start))) {
    const part = outputPart(operand, catalog);
    if (part.ok) return ok({ piece: { part: part.value, width }, end: start + length });
    problem ??= part.error;
  }
  const excerpt = format.slice(percent, percent + 40);
  return err(`${UNKNOWN_FILTER}: ${problem ?? 'no field or transformer'} at ${JSON.stringify(excerpt)}`);
}

function formatOf(pieces: readonly Piece[], lenient: boolean): OutputFormat {
  const parts = pieces.flatMap((piece) => (typeof piece === 'string' ? [] : [piece.part]));
  const fields = parts.flatMap((part) => part.fields);
  const textOfPart = lenient
    ? (part: OutputPart, event: RuleEvent) => part.text(event) ?? ABSENT_TEXT
    : (part: OutputPart, event: RuleEvent) => (part.isLength ? undefined : part.text(event));
  return {
    names: parts.flatMap((part) => part.names),
    columns: fields,
    text: (event) => {
      let text = '';
      for (const piece of pieces) {
        const printed = typeof piece === 'string' ? piece : textOfPart(piece.part, event);
        if (printed === undefined) return text;
        text += typeof piece === 'string' ? printed : fitted(printed, piece.width);
      }
      return text;
    },
    fields: (event) => {
      const found: Record<string, OutputValue> = {};
      for (const { name, json } of fields) {
        const value = json(event);
        if (value === null && !lenient) return found;
        found[name] = value;
      }
      return found;
    },
    isComplete: (event) => ({
      text: lenient || parts.every((part) => textOfPart(part, event) !== undefined),
      fields: lenient || fields.every(({ json }) => json(event) !== null),
    }),
  };
}

/** Widths count bytes; a character that is cut in two becomes U+FFFD. */
function fitted(text: string, width: number): string {
  if (width === 0) return text;
  const bytes = Buffer.byteLength(text);
  if (bytes <= width) return text + ' '.repeat(width - bytes);
  return Buffer.from(text).subarray(0, width).toString();
}
