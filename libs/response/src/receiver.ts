import { type Alert, EVIDENCES, type Evidence, ResponseAction, type ResponseTarget, namedIdentity } from '@whoran/contracts';
import { type Issue, type Result, err, ok } from '@whoran/kernel';
import Type, { type Static } from 'typebox';

/** The settings of a receiver of kind `response` in the routes file. */
export const ResponseReceiver = Type.Object(
  {
    action: ResponseAction,
    dry_run: Type.Optional(Type.Boolean({ description: 'only say what would be done' })),
    duration: Type.Optional(Type.String({ pattern: '^[1-9]\\d{0,5}(s|m|h|d)$', description: 'how long it holds' })),
    reason: Type.Optional(
      Type.String({ minLength: 1, maxLength: 512, description: 'shown to the user; {{rule}}, {{user}} and so on are filled in' }),
    ),
    of: Type.Optional(
      Type.Enum(['user', 'credential'], { description: 'who is kept out: the user, or only the credential that was used' }),
    ),
    clusters: Type.Optional(Type.Enum(['one', 'all'], { description: 'where: in the cluster of the alert, or in all' })),
    evidence: Type.Optional(
      Type.Array(Type.Unsafe<Evidence>(Type.Enum([...EVIDENCES])), {
        minItems: 1,
        maxItems: 5,
        description: 'what the name of the user must rest on',
      }),
    ),
  },
  { additionalProperties: false },
);
/** Those settings. */
export type ResponseReceiver = Static<typeof ResponseReceiver>;

/** Evidence that names the right user for certain. `audit` is for alerts about audit events only, whose user the API server knows. */
const CERTAIN: readonly Evidence[] = ['lineage', 'root', 'container'];
const WORDS = ['rule', 'user', 'priority', 'cluster', 'namespace', 'pod', 'session'] as const;
const USUAL_REASON = 'rule "{{rule}}" fired';
const PLACEHOLDER = /\{\{ *([^{}]{0,40}?) *\}\}/g;

/** Every problem of a receiver's settings that its schema does not show. */
export function checkReceiver({ action, reason = '', of, evidence = [], duration }: ResponseReceiver): readonly Issue[] {
  const problem = (item: string, message: string): Issue => ({ code: 'invalid-setting', item, message });
  const words: readonly string[] = WORDS;
  const unknown = [...reason.matchAll(PLACEHOLDER)].map(([, word = '']) => word).filter((word) => !words.includes(word));
  const vain = evidence.filter((word) => word === 'none' || word === 'ambiguous');
  return [
    ...unknown.map((word) => problem('/reason', `does not know {{${word}}}: there are ${WORDS.join(', ')}`)),
    ...vain.map((word) => problem('/evidence', `"${word}" names nobody`)),
    ...(of === 'credential' && action !== 'quarantine' ? [problem('/of', 'credential is for quarantine only')] : []),
    ...(duration !== undefined && action === 'end-session' ? [problem('/duration', 'a session that was ended stays ended')] : []),
  ];
}

/** Whom or what a response to an alert is about; or why the alert does not say so well enough. */
export function targetOfAlert(alert: Alert, settings: ResponseReceiver): Result<ResponseTarget, string> {
  const { attribution, cluster } = alert.whoran;
  const identity = namedIdentity(attribution);
  if (!identity || identity.username === '') return err('the alert names no user');
  if (!isTrusted(alert, settings))
    return err(`who it was rests on "${attribution.evidence}" only: evidence in the receiver's settings would allow it`);
  const where = settings.clusters === 'all' && settings.action === 'quarantine' ? {} : { cluster };
  if (settings.action === 'disable-credentials') return ok({ ...where, user: identity.username });
  if (settings.action === 'quarantine') {
    if (settings.of !== 'credential') return ok({ ...where, user: identity.username });
    return identity.credentialId === undefined
      ? err('the alert does not say which credential was used')
      : ok({ ...where, credentialId: identity.credentialId });
  }
  const { namespace, pod } = placeOf(alert);
  if (namespace === undefined || pod === undefined) return err('the alert names no pod');
  return ok({ ...where, namespace, pod, user: identity.username, ...sessionOf(alert) });
}

/** The reason that the user is shown. */
export function reasonFor(alert: Alert, { reason = USUAL_REASON }: ResponseReceiver): string {
  const { namespace, pod } = placeOf(alert);
  const values: Readonly<Record<string, string | undefined>> = {
    rule: alert.rule,
    user: namedIdentity(alert.whoran.attribution)?.username,
    priority: alert.priority,
    cluster: alert.whoran.cluster,
    namespace,
    pod,
    session: alert.whoran.attribution.session?.id,
  };
  return reason.replace(PLACEHOLDER, (_all, word: string) => shortened(values[word] ?? 'unknown')).slice(0, 1024);
}

function isTrusted({ source, whoran: { attribution } }: Alert, { evidence }: ResponseReceiver): boolean {
  if (evidence) return evidence.includes(attribution.evidence);
  return CERTAIN.includes(attribution.evidence) || (source === 'k8s_audit' && attribution.evidence === 'audit');
}

function placeOf({ output_fields: fields }: Alert): { readonly namespace: string | undefined; readonly pod: string | undefined } {
  return { namespace: textOf(fields['k8s.ns.name']), pod: textOf(fields['k8s.pod.name']) };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= 253 ? value : undefined;
}

function sessionOf({ whoran: { attribution } }: Alert): Pick<ResponseTarget, 'session'> {
  return attribution.session === undefined ? {} : { session: attribution.session.id };
}

function shortened(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 199)}…`;
}
