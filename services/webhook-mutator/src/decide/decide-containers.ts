import { isRecord } from '@whoran/kernel';
import type { ExecSession } from '@whoran/contracts';
import type { AdmissionRequest } from '../admission/admission-request.ts';
import type { PatchOperation } from '../admission/admission-response.ts';
import { type KnownContainer, type KnownPod, readPod } from '../pods/known-pod.ts';
import { type JsonObject, recordIn, recordsIn, textIn } from '../read-value.ts';
import { chooseStrategy } from './choose-strategy.ts';
import type { Decision, DecisionContext } from './decision.ts';
import { makeSession } from './make-session.ts';
import { makeToken } from './make-token.ts';
import { type Marks, entriesOf } from './wrap-command.ts';

/** kubectl labels the pods that `kubectl debug` makes since 1.34; before, a node debugger is known by its name only. */
const DEBUG_LABEL = 'app.kubernetes.io/managed-by';
const NODE_DEBUGGER = /^node-debugger-.+-[a-z0-9]{5}$/;

/** A container whose environment can be set, and where it is in the object. */
interface Slot {
  readonly path: string;
  readonly raw: JsonObject;
  readonly container: KnownContainer;
}

/** Decides about UPDATE of pods/ephemeralcontainers: the containers that are new get the marks in their environment. */
export function decideEphemeral(request: AdmissionRequest, context: DecisionContext): Decision {
  if (!isRecord(request.object)) return { kind: 'unreadable', problem: 'the request has no object of kind Pod' };
  const before = new Set(
    recordsIn(recordIn(request.oldObject, 'spec'), 'ephemeralContainers').map((container) => textIn(container, 'name')),
  );
  const known = readPod(request.object);
  const added = slotsIn(request.object, 'ephemeralContainers', known).filter(({ container }) => !before.has(container.name));
  const [first] = added;
  if (!first) return { kind: 'untouched' };
  const session = makeSession(
    request,
    {
      kind: 'ephemeral-container',
      pod: request.name ?? '',
      known,
      container: first.container,
      tty: first.raw['tty'] === true,
      stdin: first.raw['stdin'] === true,
    },
    context,
  );
  const note = added.length === 1 ? undefined : `one session for ${added.length} containers; the first is named`;
  return injectEnv({ request, context, session: note === undefined ? session : { ...session, reason: note }, slots: added, known });
}

/** Decides about CREATE of a pod: only those that `kubectl debug` made are sessions. All their containers get the marks. */
export function decidePod(request: AdmissionRequest, context: DecisionContext): Decision {
  const known = readPod(request.object);
  const pod = request.name || textIn(recordIn(request.object, 'metadata'), 'name') || '';
  if (known.labels[DEBUG_LABEL] !== 'kubectl-debug' && !NODE_DEBUGGER.test(pod)) return { kind: 'untouched' };
  const session = makeSession(request, { kind: 'debug-pod', pod, known }, context);
  const slots = ['initContainers', 'containers'].flatMap((sort) => slotsIn(request.object, sort, known));
  return injectEnv({ request, context, session, slots, known });
}

function injectEnv(work: {
  request: AdmissionRequest;
  context: DecisionContext;
  session: ExecSession;
  slots: readonly Slot[];
  known: KnownPod;
}): Decision {
  const { request, context, session, slots, known } = work;
  const target = { namespace: session.namespace, user: request.userInfo.username ?? '', labels: known.labels, windows: known.windows };
  const choices = slots.map((slot) => ({ slot, ...chooseStrategy({ ...target, container: slot.container }, context) }));
  const chosen = choices.filter(({ strategy }) => strategy !== 'none');
  if (chosen.length === 0) return { kind: 'admitted', session: because(session, choices[0]?.reason), patch: [] };
  const token = makeToken(request, session.pod, context);
  if (token.kind === 'no-key') return { kind: 'unsigned', session };
  if (token.kind === 'impossible') return { kind: 'admitted', session: because(session, token.reason), patch: [] };
  return {
    kind: 'admitted',
    session: { ...session, injected: true, strategy: 'env' },
    patch: chosen.map(({ slot }) => envPatch(slot, token.marks)),
  };
}

/** Sets the whole list: entries of these names that somebody put there are replaced, not hidden behind ours. */
function envPatch({ path, raw }: Slot, marks: Marks): PatchOperation {
  const entries = entriesOf(marks);
  const ours = new Set(entries.map(({ name }) => name));
  const theirs = recordsIn(raw, 'env').filter((entry) => !ours.has(textIn(entry, 'name') ?? ''));
  return { op: Array.isArray(raw['env']) ? 'replace' : 'add', path: `${path}/env`, value: [...theirs, ...entries] };
}

function slotsIn(pod: unknown, sort: string, known: KnownPod): Slot[] {
  const list = recordIn(pod, 'spec')[sort];
  const raws: readonly unknown[] = Array.isArray(list) ? list : [];
  return raws.flatMap((raw, index) => {
    const name = textIn(raw, 'name');
    if (!isRecord(raw) || name === undefined) return [];
    const container = known.containers.find((candidate) => candidate.name === name) ?? { name };
    return [{ path: `/spec/${sort}/${index}`, raw, container }];
  });
}

function because(session: ExecSession, reason: string | undefined): ExecSession {
  return reason === undefined ? session : { ...session, reason };
}
