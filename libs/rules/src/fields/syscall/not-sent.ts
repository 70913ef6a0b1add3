import { spelled } from '../catalog.ts';
import { syscallFields } from './syscall-fields.ts';

/** A field as a condition or an output names it. */
export interface FieldUse {
  readonly name: string;
  readonly argument?: string;
}

const BOTH_IPS = ['fd.cip', 'fd.sip', 'fd.typechar'];
const BOTH_PORTS = ['fd.cport', 'fd.sport', 'fd.typechar'];

const KNOWN = syscallFields();

/** What a field is made of, where that is not what Falco sends under its name. */
const MADE_OF: Readonly<Record<string, readonly string[]>> = {
  'fd.ip': BOTH_IPS,
  'fd.net': BOTH_IPS,
  'fd.port': BOTH_PORTS,
  'fd.proto': BOTH_PORTS,
  'fd.cnet': ['fd.cip'],
  'fd.snet': ['fd.sip'],
  'fd.lnet': ['fd.lip'],
  'fd.rnet': ['fd.rip'],
};

/** Known from the event itself. */
const NEVER_SENT =
  /^(?:evt\.(?:num|dir|source|hostname|is_async|asynctype|pluginname|plugininfo|(?:time|datetime|rawtime)(?:\..+)?)|k8s\.user\..+|exec\..+)$/;
const ANCESTORS = /^proc\.(?:aname|aexe|aexepath|acmdline|apid)$/;

/**
 * The keys that Falco would have to send for these fields and does not, sorted, each once: without them the fields are absent, and
 * `not field = x` holds for every event. Unknown fields are left to the catalog.
 */
export function fieldsNotSent(uses: Iterable<FieldUse>, sent: ReadonlySet<string>): readonly string[] {
  const missing = new Set<string>();
  for (const { name, argument } of uses) {
    if (NEVER_SENT.test(name) || !KNOWN.resolve(name, argument).ok) continue;
    for (const key of neededKeys(name, argument, sent)) if (!sent.has(key)) missing.add(key);
  }
  return [...missing].toSorted();
}

function neededKeys(name: string, argument: string | undefined, sent: ReadonlySet<string>): readonly string[] {
  const own = spelled(name, argument);
  if (argument !== undefined || !ANCESTORS.test(name)) return Object.hasOwn(MADE_OF, own) ? (MADE_OF[own] ?? []) : [own];
  // The first ancestors by index tell what the text for all cannot.
  return sent.has(`${name}[1]`) || name === 'proc.apid' || name === 'proc.acmdline' ? [`${name}[1]`] : [name];
}
