export { API_PATHS, DEFAULT_PAGE, MAX_PAGE } from './paths.ts';
export type { AlertsQuery, CommandsQuery, DeadLettersQuery, Filter, Paging, SessionsQuery, StatusQuery, TailQuery } from './queries.ts';
export type {
  AlertRecord,
  ApiError,
  AttributedRecord,
  CandidateRecord,
  CommandRecord,
  DeadLetterRecord,
  Page,
  ProcessRecord,
  ProgramRecord,
  SessionDetail,
  SessionRecord,
  UserRecord,
} from './records.ts';
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
