import { type Alert, namedUser } from '@whoran/contracts';
import { type Millis, type Result, err, millisOfNanos, ok, parseInstant } from '@whoran/kernel';
import { type MatcherSpec, type PreviewedAlert, type SilencePreview, compileSilence, labelOf, matchesAll } from '@whoran/routing';

/** How many alerts a preview names; of the others it has the number. */
const SHOWN = 100;

/** Looks at what matchers would have muted of the alerts raised since a time. The error says what is wrong with the matchers. */
export function previewSilence(specs: readonly MatcherSpec[], alerts: readonly Alert[], since: Millis): Result<SilencePreview, string> {
  const matchers = compileSilence(specs);
  if (!matchers.ok) return err(matchers.error);
  const recent = alerts.map((alert) => ({ alert, at: raisedAt(alert) })).filter(({ at }) => at >= since);
  const muted = recent.filter(({ alert }) => matchesAll(matchers.value, alert)).sort((one, other) => other.at - one.at);
  return ok({ alerts: recent.length, muted: muted.length, examples: muted.slice(0, SHOWN).map(({ alert }) => previewed(alert)) });
}

function raisedAt({ time, whoran }: Alert): Millis {
  const nanos = parseInstant(whoran.raisedAt) ?? parseInstant(time);
  return nanos === undefined ? 0 : millisOfNanos(nanos);
}

function previewed(alert: Alert): PreviewedAlert {
  const { whoran, rule, priority } = alert;
  const [namespace, pod] = [labelOf(alert, 'namespace'), labelOf(alert, 'pod')];
  const user = namedUser(whoran.attribution);
  return {
    ...{ id: whoran.id, raisedAt: whoran.raisedAt, rule, priority, cluster: whoran.cluster },
    ...(namespace === '' ? {} : { namespace }),
    ...(pod === '' ? {} : { pod }),
    ...(user === undefined ? {} : { user }),
  };
}
