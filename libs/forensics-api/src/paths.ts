/** Where each answer is found, below the address of the service. */
export const API_PATHS = {
  /** GET, a page of CommandRecord. */
  commands: '/api/v1/commands',
  /** GET, a page of SessionRecord; `/<id>` below it answers one SessionDetail. */
  sessions: '/api/v1/sessions',
  /** GET, a page of AlertRecord. */
  alerts: '/api/v1/alerts',
  /** GET, a page of DeadLetterRecord. */
  deadLetters: '/api/v1/dead-letters',
  /** GET `?id=`, one DeadLetterDetail. The id may hold any character, so it is a parameter and no part of the path. */
  deadLetter: '/api/v1/dead-letter',
  /** POST a ReplayRequest, a ChangeReport. */
  replayDeadLetters: '/api/v1/dead-letters/replay',
  /** POST a DiscardRequest, a ChangeReport. */
  discardDeadLetters: '/api/v1/dead-letters/discard',
  /** GET, a page of DeliveryRecord: how notifications ended. */
  notifications: '/api/v1/notifications',
  /** GET, a page of ResponseRecord: responses as they stand. */
  responses: '/api/v1/responses',
  /** GET `?id=`, one ResponseDetail. */
  response: '/api/v1/response',
  /** GET, one StatusReport. */
  status: '/api/v1/status',
  /** GET, one DoctorReport. */
  doctor: '/api/v1/doctor',
  /** GET, TailLine after TailLine as newline-delimited JSON, until the caller leaves. */
  tail: '/api/v1/tail',
} as const;

/** The most that one page holds. */
export const MAX_PAGE = 1000;

/** How many a page holds unless the caller says otherwise. */
export const DEFAULT_PAGE = 100;
