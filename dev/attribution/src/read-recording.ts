import { createReadStream, existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Unusable } from '@whoran/command';
import { encodeJson, parseJson } from '@whoran/contracts';
import { type Nanos, parseInstant } from '@whoran/kernel';
import type { RecordedAnswer, RecordedAuditList, RecordedFalcoEvent, RecordedKey, RecordedReview, Recording, Truth } from './recording.ts';

/** The folder is no recording: what is missing or wrong, and in which line. */
export class RecordingUnusable extends Unusable {}

const FORKS = new Set(['clone', 'clone3', 'fork', 'vfork']);
const KEY_FILE = /^signing-key\.([A-Za-z0-9_-]{1,64})\.pub\.pem$/;

/**
 * Reads a recording line by line. `falco.jsonl` must be there, and `truth.jsonl` when it is `scored`; the other files may be
 * absent. Rejects with RecordingUnusable at the first line that cannot be used.
 */
export async function readRecording(folder: string, options: { readonly scored: boolean }): Promise<Recording> {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) throw new RecordingUnusable(`${folder}: no such folder`);
  const needed = options.scored ? ['falco.jsonl', 'truth.jsonl'] : ['falco.jsonl'];
  const missing = needed.filter((name) => !existsSync(join(folder, name)));
  if (missing.length > 0)
    throw new RecordingUnusable(
      `${folder}: ${missing.join(' and ')} missing; a recording has falco.jsonl, truth.jsonl, admission.jsonl, audit.jsonl and signing-key.<kid>.pub.pem`,
    );

  const falcoEvents = await readLines(join(folder, 'falco.jsonl'), readFalcoEvent);
  const truth = options.scored ? await readLines(join(folder, 'truth.jsonl'), readTruth) : [];
  if (options.scored && truth.length !== falcoEvents.length) {
    throw new RecordingUnusable(
      `${folder}: truth.jsonl has ${truth.length} lines, falco.jsonl ${falcoEvents.length}; there must be one answer for each event`,
    );
  }
  const reviews = await readLines(join(folder, 'admission.jsonl'), readReview);
  const auditLists = (await readLines(join(folder, 'audit.jsonl'), readAuditList)).filter((list) => list !== undefined);
  const keys = readKeys(folder);
  const absent = ['admission.jsonl', 'audit.jsonl'].filter((name) => !existsSync(join(folder, name)));
  if (keys.length === 0) absent.push('signing-key.<kid>.pub.pem');
  return { folder, reviews, auditLists, falcoEvents, truth, keys, absent };
}

type LineReader<T> = (line: { readonly json: Json; readonly text: string; readonly index: number }) => T;

async function readLines<T>(file: string, read: LineReader<T>): Promise<T[]> {
  if (!existsSync(file)) return [];
  const found: T[] = [];
  let number = 0;
  for await (const text of createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity })) {
    number += 1;
    if (text.trim() === '') continue;
    const json = parseJson(text);
    if (!json.ok) throw new RecordingUnusable(`${file} line ${number}: not JSON: ${json.error}`);
    try {
      found.push(read({ json: new Json(json.value), text, index: found.length }));
    } catch (error) {
      if (!(error instanceof RecordingUnusable)) throw error;
      throw new RecordingUnusable(`${file} line ${number}: ${error.message}`);
    }
  }
  return found;
}

function readReview({ json }: Parameters<LineReader<unknown>>[0]): RecordedReview {
  const review = json.at('review');
  return {
    receivedAt: json.at('receivedAt').instant(),
    uid: review.at('request').at('uid').text(),
    body: encodeJson(review.value),
    answer: readAnswer(json.at('response').at('response')),
  };
}

function readAnswer(response: Json): RecordedAnswer {
  const strategy = response.at('auditAnnotations').at('strategy').value;
  return {
    allowed: response.at('allowed').value !== false,
    patched: typeof response.at('patch').value === 'string',
    ...(typeof strategy === 'string' ? { strategy } : {}),
  };
}

function readAuditList({ json, text }: Parameters<LineReader<unknown>>[0]): RecordedAuditList | undefined {
  const stamps = json
    .at('items')
    .list()
    .map((item) => item.at('stageTimestamp').instant());
  if (stamps.length === 0) return undefined;
  return { newest: stamps.reduce((newest, stamp) => (stamp > newest ? stamp : newest)), body: text };
}

function readFalcoEvent({ json, text, index }: Parameters<LineReader<unknown>>[0]): RecordedFalcoEvent {
  const fields = json.at('output_fields');
  return {
    index,
    time: json.at('time').instant(),
    rule: json.at('rule').text(),
    commandLine: fields.at('proc.cmdline').textOr(''),
    isFork: FORKS.has(fields.at('evt.type').textOr('')),
    body: text,
  };
}

function readTruth({ json }: Parameters<LineReader<unknown>>[0]): Truth {
  const nullable = (value: unknown) => (typeof value === 'string' ? value : null);
  return {
    session: nullable(json.at('session').value),
    user: nullable(json.at('user').value),
    aliases: json
      .at('aliases')
      .list()
      .map((id) => id.text()),
    candidates: json
      .at('candidates')
      .list()
      .map((id) => id.text()),
    runtime: json.at('runtime').value === true,
  };
}

function readKeys(folder: string): RecordedKey[] {
  return readdirSync(folder).flatMap((name) => {
    const kid = KEY_FILE.exec(name)?.[1];
    return kid === undefined ? [] : [{ kid, pem: readFileSync(join(folder, name), 'utf8') }];
  });
}

/** A place in a JSON value. What is not there has the value undefined, so that optional fields need no check of their own. */
class Json {
  constructor(
    readonly value: unknown,
    private readonly path = '',
  ) {}

  at(name: string): Json {
    const inside = typeof this.value === 'object' && this.value !== null && Object.hasOwn(this.value, name);
    return new Json(inside ? (this.value as Readonly<Record<string, unknown>>)[name] : undefined, `${this.path}/${name}`);
  }

  list(): readonly Json[] {
    return Array.isArray(this.value) ? this.value.map((item: unknown, index) => new Json(item, `${this.path}/${index}`)) : [];
  }

  text(): string {
    if (typeof this.value === 'string') return this.value;
    throw new RecordingUnusable(`${this.path} is not a text`);
  }

  textOr(otherwise: string): string {
    return typeof this.value === 'string' ? this.value : otherwise;
  }

  instant(): Nanos {
    const instant = parseInstant(this.text());
    if (instant === undefined) throw new RecordingUnusable(`${this.path} is not an RFC 3339 time`);
    return instant;
  }
}
