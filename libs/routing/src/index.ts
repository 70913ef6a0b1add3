export { LABELS, isFieldName, labelOf, labelsOf } from './matchers/labels.ts';
export { type Matcher, type MatcherSpec, OPERATORS, type Operator, compileMatcher, matchesAll } from './matchers/matcher.ts';
export { compilePattern } from './matchers/pattern.ts';
export { parseMatcher, parseMatchers, printMatcher, printMatchers } from './matchers/parse-matcher.ts';
export { type Route, matchRoutes, receiversOf } from './tree/route.ts';
export type { QueueLimits, ReceiverSettings, Routing } from './routing.ts';
export { type ReceiverKind, routesFileSchema } from './file/routes-file.ts';
export type { RoutesFileContent } from './file/routes-file-content.ts';
export { type ParsedRouting, parseRouting } from './file/parse-routing.ts';
export { type ReadRoutes, readRoutesFile } from './file/read-routes-file.ts';
export { DURATION, durationOf, printDuration } from './file/durations.ts';
export { type Group, groupOf } from './groups/group-of.ts';
export { fingerprintOf } from './groups/fingerprint.ts';
export { type ActiveAlert, type GroupState, MAX_GROUP_ALERTS } from './groups/group-state.ts';
export { type InsertOptions, insertAlert } from './groups/insert-alert.ts';
export { type FlushOptions, type Flushed, type GroupNotification, flushGroup } from './groups/flush-group.ts';
export {
  type Silence,
  type SilenceIndex,
  type SilencePhase,
  compileSilence,
  indexSilences,
  silencePhase,
  silencedBy,
} from './silences/silence.ts';
export {
  type GettableSilence,
  type MatcherBody,
  type PostableSilence,
  type PreviewedAlert,
  SILENCE_PATHS,
  type SilencePreview,
  gettable,
  matcherBody,
  specOf,
} from './silences/silence-api.ts';
export { type InhibitRule, type InhibitionKeys, inhibitionKeys } from './inhibition/inhibit.ts';
export { type NamedInterval, type TimeInterval, isActiveAt } from './times/time-interval.ts';
export { mutedByTime } from './times/muted-by-time.ts';
export { type RateLimit, type TokenBucket, takeToken } from './rates/token-bucket.ts';
export { type StormState, type StormSummary, addToStorm, stormSummary } from './rates/storm.ts';
export { type CheckedCondition, type TriedRoute, traceRoutes } from './explain/trace-routes.ts';
export { type ExplainedRoute, type ExplainedRouting, explainRouting } from './explain/explain-routing.ts';
