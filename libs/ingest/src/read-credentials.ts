import { type Issue, type Result, err, isRecord, messageOf, ok } from '@whoran/kernel';
import { LineCounter, parseDocument } from 'yaml';
import { type ClusterSenders, Credentials, digestOf } from './credentials.ts';

/** Longer names would not fit into the ids of dead letters. */
const CLUSTER = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9])?$/;
const TOKEN = /^[\x21-\x7e]{16,256}$/;
const MAX_CLUSTERS = 10_000;
const FIELDS = ['tokens', 'tokenFile', 'clientCertificates'];

/** Reads a file that the credentials name. Throws when it cannot be read. */
export type ReadFile = (path: string) => string;

/**
 * Reads the credentials file: `clusters: {<cluster>: {tokens: [...], tokenFile: path, clientCertificates: [CN, ...]}}`.
 * Reports every problem at once, by its place and never with a token.
 */
export function readCredentials(text: string, readFile: ReadFile): Result<Credentials, readonly Issue[]> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    // The parser's own messages quote the text, which holds tokens.
    return err(
      document.errors.map(({ code, pos }) => ({
        code: 'invalid-yaml',
        message: `is not YAML: ${code}`,
        line: lines.linePos(pos[0]).line,
        column: lines.linePos(pos[0]).col,
      })),
    );
  }
  const issues: Issue[] = [];
  const report = (item: string, message: string) => void issues.push({ code: 'invalid-credentials', item, message });
  const clusters = readClusters(asValue(document, report), { readFile, report });
  return issues.length === 0 ? ok(new Credentials(clusters)) : err(issues);
}

type Report = (item: string, message: string) => void;
interface Reading {
  readonly readFile: ReadFile;
  readonly report: Report;
}

function asValue(document: ReturnType<typeof parseDocument>, report: Report): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    report('/', `has aliases that cannot be used: ${error instanceof ReferenceError ? 'too many or unknown' : 'invalid'}`);
    return { clusters: {} };
  }
}

function readClusters(value: unknown, reading: Reading): Map<string, ClusterSenders> {
  const clusters = new Map<string, ClusterSenders>();
  const owners = new Map<string, string>();
  if (!isRecord(value) || !isRecord(value['clusters'])) {
    reading.report('clusters', 'must be a map from cluster names to their tokens and client certificates');
    return clusters;
  }
  for (const key of Object.keys(value)) if (key !== 'clusters') reading.report('/', 'has a field other than `clusters`');
  const entries = Object.entries(value['clusters']);
  if (entries.length > MAX_CLUSTERS) reading.report('clusters', `has more than ${MAX_CLUSTERS} entries`);
  for (const [cluster, entry] of entries.slice(0, MAX_CLUSTERS)) {
    const place = `clusters.${CLUSTER.test(cluster) ? cluster : '?'}`;
    if (!CLUSTER.test(cluster)) reading.report(place, 'must be a name of letters, digits, dots, dashes and underscores, at most 128 long');
    const senders = readSenders(entry, place, reading);
    for (const digest of senders.tokenDigests) {
      const owner = owners.get(digest.toString('hex'));
      if (owner !== undefined)
        reading.report(place, `has a token that ${owner} has too: a token stands for one cluster, and is listed once`);
      owners.set(digest.toString('hex'), place);
    }
    clusters.set(cluster, senders);
  }
  return clusters;
}

function readSenders(entry: unknown, place: string, reading: Reading): ClusterSenders {
  if (!isRecord(entry)) {
    reading.report(place, `must be a map with ${FIELDS.join(', ')}`);
    return { tokenDigests: [], commonNames: [] };
  }
  if (Object.keys(entry).some((field) => !FIELDS.includes(field)))
    reading.report(place, `has an unknown field; known are ${FIELDS.join(', ')}`);
  const tokens = [
    ...readTexts(entry['tokens'], `${place}.tokens`, reading.report),
    ...readTokenFile(entry['tokenFile'], `${place}.tokenFile`, reading),
  ];
  for (const [item, token] of tokens) {
    if (!TOKEN.test(token))
      reading.report(item, 'must have 16 to 256 printable ASCII characters without spaces; make one with `openssl rand -hex 32`');
  }
  const names = readTexts(entry['clientCertificates'], `${place}.clientCertificates`, reading.report).map(([, name]) => name);
  if (FIELDS.every((field) => isEmpty(entry[field])))
    reading.report(place, 'has neither tokens nor client certificates: nobody could send for it');
  return { tokenDigests: tokens.map(([, token]) => digestOf(token)), commonNames: names };
}

type Texts = readonly (readonly [item: string, text: string])[];

function readTexts(value: unknown, place: string, report: Report): Texts {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    report(place, 'must be a list');
    return [];
  }
  return value.flatMap((text: unknown, index) => {
    if (typeof text === 'string' && text !== '') return [[`${place}[${index}]`, text] as const];
    report(`${place}[${index}]`, 'must be a text: put it in quotes');
    return [];
  });
}

function readTokenFile(path: unknown, place: string, { readFile, report }: Reading): Texts {
  if (path === undefined || path === null) return [];
  if (typeof path !== 'string') {
    report(place, 'must be the path of a file with one token a line');
    return [];
  }
  try {
    const tokens = readFile(path)
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
    if (tokens.length === 0) report(place, 'names a file without a token');
    return tokens.map((token, index) => [`${place} token ${index + 1}`, token] as const);
  } catch (error) {
    report(place, `cannot be read: ${messageOf(error)}`);
    return [];
  }
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}
