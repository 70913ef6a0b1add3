import { Alert, Attribution, check, parseJson } from '@whoran/contracts';
import { type Issue, type Result, err, isRecord, ok, printIssue } from '@whoran/kernel';
import { EXIT, Failure } from '../failure.ts';
import { readBounded } from '../rules/read-bounded.ts';

const MAX_FILE = 64 << 20;

/** What is said of alerts that do not say it. */
export interface Origin {
  readonly cluster: string;
  readonly at: string;
}

/**
 * Reads alerts, attributed events, or events as Falco writes them, which lack user and cluster: one, a list, or one a line. Throws
 * Failure if the file cannot be read, holds none, or one that is something else.
 */
export function readAlerts(path: string, origin: Origin): readonly Alert[] {
  const text = readBounded(path, MAX_FILE);
  if (!text.ok) throw new Failure(`cannot read the alerts of ${path}: ${text.error}`, { status: EXIT.usage });
  const read = parseValues(text.value.replace(/^\uFEFF/, ''));
  if (!read.ok) throw new Failure(`cannot read the alerts of ${path}: ${read.error}`, { status: EXIT.usage });
  if (read.value.length === 0) throw new Failure(`${path} has no alerts`, { status: EXIT.usage });
  return read.value.map((value, index) => {
    const alert = alertOf(value, origin);
    if (alert.ok) return alert.value;
    const problems = alert.error.slice(0, 3).map(printIssue).join('; ');
    throw new Failure(`alert ${index + 1} of ${path} is neither an alert nor an event of Falco: ${problems}`, { status: EXIT.usage });
  });
}

/** The values of one JSON text, or of one a line. */
function parseValues(text: string): Result<readonly unknown[], string> {
  const whole = parseJson(text);
  if (whole.ok) return ok(Array.isArray(whole.value) ? whole.value : [whole.value]);
  const values: unknown[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const json = parseJson(line);
    if (!json.ok) return err(`line ${index + 1} is not JSON: ${json.error}`);
    values.push(json.value);
  }
  return ok(values);
}

function alertOf(value: unknown, { cluster, at }: Origin): Result<Alert, readonly Issue[]> {
  const alert = check<Alert>(Alert, value);
  if (alert.ok || !isRecord(value)) return alert;
  const known = isRecord(value['whoran']) ? value['whoran'] : {};
  const attribution = check<Attribution>(Attribution, known['attribution']);
  const whoran = {
    id: 'test',
    eventId: 'test',
    revision: 0,
    cluster,
    node: typeof value['hostname'] === 'string' ? value['hostname'] : 'test',
    raisedAt: at,
    ...known,
    attribution: attribution.ok ? attribution.value : { evidence: 'none' },
  };
  return check<Alert>(Alert, { time: at, ...value, whoran });
}
