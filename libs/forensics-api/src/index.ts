export { API_PATHS, DEFAULT_PAGE, MAX_PAGE } from './paths.ts';
export {
  type ChangeReport,
  type DeadLetterSelection,
  type DiscardRequest,
  MAX_CHANGES,
  type ReplayRequest,
  type SkipReason,
  type SkippedLetter,
} from './changes.ts';
export type {
  AlertsQuery,
  CommandsQuery,
  DeadLetterFilter,
  DeadLettersQuery,
  Filter,
  Paging,
  SessionsQuery,
  StatusQuery,
  TailQuery,
} from './queries.ts';
export type {
  AlertRecord,
  ApiError,
  AttributedRecord,
  CandidateRecord,
  CommandRecord,
  DeadLetterDetail,
  DeadLetterRecord,
  DeadLetterState,
  Page,
  ProcessRecord,
  ProgramRecord,
  SessionDetail,
  SessionRecord,
  UserRecord,
} from './records.ts';
export { DEAD_LETTER_STATES } from './records.ts';
export type {
  CheckRecord,
  CheckStatus,
  ClusterStatus,
  DeadLetterCount,
  DoctorReport,
  ExecShares,
  MissingRecord,
  NodeStatus,
  StatusReport,
  TailLine,
} from './reports.ts';
