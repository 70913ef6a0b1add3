import { type Attribution, type FalcoEvent, encodeJson } from '@whoran/contracts';

/** What an attribution adds to the JSON of each event that has it: members, without the braces around them. */
export interface Additions {
  /** The fields `k8s.user.*` and `exec.*`. */
  readonly fields: string;
  readonly attribution: string;
  /** What comes at the end of texts. */
  readonly suffix: string;
}

interface Edit {
  readonly at: number;
  readonly insert: string;
}

/** Writes once what all events of an attribution have in common. */
export function additionsOf(attribution: Attribution, fields: object, suffix: string): Additions {
  return { fields: inside(encodeJson(fields)), attribution: encodeJson(attribution), suffix: inside(encodeJson(suffix)) };
}

/**
 * The JSON of an attributed event, made of the JSON that the event came as, which is less work than to write all of it anew.
 * Undefined for JSON that leaves a doubt about where something stands; the event is to be written anew then. An event that has
 * fields of ours already is not for this.
 */
export function withAdditions(json: string, event: FalcoEvent, additions: Additions, revision: number): string | undefined {
  // Names may be written with escapes; without any, a name is there once if its text is.
  if (json.includes('\\u') || 'revision' in event.whoran || 'attribution' in event.whoran) return undefined;
  const edits = [
    atStartOf('output_fields', json, additions.fields),
    atStartOf('whoran', json, `"revision":${revision},"attribution":${additions.attribution}`),
  ];
  if (additions.suffix !== '') {
    if (event.output !== undefined) edits.push(atEndOf('output', event.output, json, additions.suffix));
    if (event.message !== undefined) edits.push(atEndOf('message', event.message, json, additions.suffix));
  }
  return edits.every((edit) => edit !== undefined) ? edited(json, edits) : undefined;
}

/** Where the value of a name that stands in the JSON once, and nowhere as a text, begins. */
function valueOf(name: string, json: string): number | undefined {
  const quoted = `"${name}"`;
  const at = json.indexOf(quoted);
  if (at === -1 || json.includes(quoted, at + 1)) return undefined;
  const colon = at + quoted.length;
  return json[colon] === ':' ? colon + 1 : undefined;
}

function atStartOf(name: string, json: string, members: string): Edit | undefined {
  const value = valueOf(name, json);
  if (value === undefined || !json.startsWith('{"', value)) return undefined;
  return { at: value + 1, insert: `${members},` };
}

function atEndOf(name: string, text: string, json: string, suffix: string): Edit | undefined {
  const value = valueOf(name, json);
  const written = JSON.stringify(text);
  if (value === undefined || !json.startsWith(written, value)) return undefined;
  return { at: value + written.length - 1, insert: suffix };
}

function edited(json: string, edits: Edit[]): string {
  edits.sort((a, b) => a.at - b.at);
  let [text, from] = ['', 0];
  for (const { at, insert } of edits) {
    text += json.slice(from, at) + insert;
    from = at;
  }
  return text + json.slice(from);
}

function inside(json: string): string {
  return json.slice(1, -1);
}
