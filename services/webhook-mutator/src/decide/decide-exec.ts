import { isRecord } from '@whoran/kernel';
import { type ExecSession, classifyCopy } from '@whoran/contracts';
import type { AdmissionRequest } from '../admission/admission-request.ts';
import type { KnownContainer } from '../pods/known-pod.ts';
import { type JsonObject, textIn } from '../read-value.ts';
import { type Choice, chooseStrategy } from './choose-strategy.ts';
import type { Decision, DecisionContext } from './decision.ts';
import { makeSession } from './make-session.ts';
import { makeToken } from './make-token.ts';
import { wrapCommand } from './wrap-command.ts';

/** Decides about `kubectl exec` and `kubectl cp`: the command is wrapped. */
export function decideExec(request: AdmissionRequest, context: DecisionContext): Decision {
  const options = request.object;
  if (!isRecord(options)) return { kind: 'unreadable', problem: 'the request has no object of kind PodExecOptions' };
  const command = options['command'] ?? [];
  if (!isCommand(command)) return { kind: 'unreadable', problem: 'object.command is not a list of texts' };
  const copy = classifyCopy(command);
  const session = { ...connectSession(request, context, copy ? 'copy' : 'exec'), ...(copy ? { copy } : {}) };
  // With our prefix, an empty command, which the API server refuses, would run env and print the environment.
  if (command.length === 0) return uninjected(session, 'the command is empty');
  const { strategy, reason } = choose(request, context, command);
  if (strategy === 'none') return uninjected(session, reason);
  const token = makeToken(request, session.pod, context);
  if (token.kind === 'no-key') return { kind: 'unsigned', session };
  if (token.kind === 'impossible') return uninjected(session, token.reason);
  const patch = { op: 'replace' as const, path: '/command', value: wrapCommand(strategy, token.marks, command) };
  return { kind: 'admitted', session: { ...session, injected: true, strategy }, patch: [patch] };
}

/** Decides about attach and port-forward: they start no program, so there is nothing to inject into. */
export function decideConnection(request: AdmissionRequest, context: DecisionContext, kind: 'attach' | 'port-forward'): Decision {
  const reason = kind === 'attach' ? 'attach joins a program that already runs' : 'port-forward starts no program';
  return uninjected(connectSession(request, context, kind), reason);
}

function choose(request: AdmissionRequest, context: DecisionContext, command: readonly string[]): Choice {
  const container = containerOf(request.object, context);
  const { pod } = context;
  const target = {
    namespace: request.namespace ?? '',
    user: request.userInfo.username ?? '',
    ...(pod ? { labels: pod.labels } : {}),
    ...(container ? { container } : {}),
    windows: pod?.windows ?? false,
  };
  const choice = chooseStrategy(target, context);
  // env takes arguments with "=" for assignments until it meets one without.
  return choice.strategy === 'env' && command[0]?.includes('=') ? { strategy: 'sh' } : choice;
}

function connectSession(request: AdmissionRequest, context: DecisionContext, kind: ExecSession['kind']): ExecSession {
  const options: JsonObject = isRecord(request.object) ? request.object : {};
  const container = kind === 'port-forward' ? undefined : containerOf(options, context);
  const command = options['command'];
  return makeSession(
    request,
    {
      kind,
      pod: request.name ?? '',
      ...(context.pod ? { known: context.pod } : {}),
      ...(container ? { container } : {}),
      ...(isCommand(command) ? { command } : {}),
      ...(kind === 'port-forward' ? {} : { tty: options['tty'] === true, stdin: options['stdin'] === true }),
    },
    context,
  );
}

/** The container that is meant: the named one, or the only one of the pod, as the API server does. */
function containerOf(options: unknown, { pod }: DecisionContext): KnownContainer | undefined {
  const name = textIn(options, 'container') ?? pod?.onlyContainer;
  if (name === undefined) return undefined;
  return pod?.containers.find((container) => container.name === name) ?? { name };
}

function uninjected(session: ExecSession, reason: string | undefined): Decision {
  return { kind: 'admitted', session: reason === undefined ? session : { ...session, reason }, patch: [] };
}

function isCommand(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((argument) => typeof argument === 'string');
}
