import type { LoadIssue } from '@whoran/rules';
import { hintFor } from './hints.ts';
import { type Place, type Sources, findPlace, sourceText } from './find-place.ts';
import type { LoadedGiven } from './load-given.ts';

/** An issue of a rule file with everything that a person needs to mend it. */
export interface Diagnosis {
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly message: string;
  /** Where it is; nothing for what concerns the file as a whole. */
  readonly place?: Place;
  readonly file: string;
  /** What it is in, such as `rule Shell in a container`. */
  readonly item?: string;
  readonly hint?: string;
}

/** What a load found, in the order of the files and of their lines. */
export function diagnose(loaded: LoadedGiven): readonly Diagnosis[] {
  const sources: Sources = new Map(loaded.files.map(({ name, text }) => [name, sourceText(text)]));
  const order = new Map(loaded.files.map(({ name }, index) => [name, index]));
  const found = loaded.issues.map((issue) => diagnosisOf(issue, loaded, sources));
  return found.toSorted((a, b) => (order.get(a.file) ?? 0) - (order.get(b.file) ?? 0) || (a.place?.line ?? 0) - (b.place?.line ?? 0));
}

/** What Falco gives no words for. */
const UNSAFE_CHECK = 'the condition compares with <NA>, which no field ever is';

function diagnosisOf(issue: LoadIssue, loaded: LoadedGiven, sources: Sources): Diagnosis {
  const { severity, code, locations } = issue;
  const named = locations.find(({ itemType, itemName }) => itemName !== '' && ITEMS.has(itemType));
  const message = issue.message === '' && code === 'LOAD_UNSAFE_NA_CHECK' ? UNSAFE_CHECK : issue.message;
  const place = findPlace(issue, sources);
  const hint = hintFor({ issue, loaded, item: named });
  return {
    severity,
    code,
    message,
    file: place?.file ?? locations[0]?.file ?? '',
    ...(place === undefined ? {} : { place }),
    ...(named === undefined ? {} : { item: `${named.itemType} ${JSON.stringify(named.itemName)}` }),
    ...(hint === undefined ? {} : { hint }),
  };
}

const ITEMS: ReadonlySet<string> = new Set(['rule', 'macro', 'list']);
