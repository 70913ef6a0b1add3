import { describe, expect, it } from '@jest/globals';
import type {
  AlertRecord,
  ChangeReport,
  CommandRecord,
  DeadLetterDetail,
  DeadLetterRecord,
  DeliveryRecord,
  DiscardRequest,
  DoctorReport,
  Page,
  ReplayRequest,
  ResponseDetail,
  ResponseRecord,
  SessionDetail,
  SessionRecord,
  StatusReport,
  TailLine,
} from '@whoran/forensics-api';
import type { Static, TSchema } from 'typebox';
import { API_SCHEMAS } from './schemas.ts';

type Frozen<T> = T extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [K in keyof T]: Frozen<T[K]> }
    : T;
type Same<Schema extends TSchema, Contract> = [Frozen<Static<Schema>>] extends [Frozen<Contract>]
  ? [Frozen<Contract>] extends [Frozen<Static<Schema>>]
    ? true
    : 'the schema lacks something'
  : 'the schema has too much';
type Schemas = typeof API_SCHEMAS;

/** Does not compile when a schema and its type differ. */
const same: {
  readonly CommandPage: Same<Schemas['CommandPage'], Page<CommandRecord>>;
  readonly AlertPage: Same<Schemas['AlertPage'], Page<AlertRecord>>;
  readonly SessionPage: Same<Schemas['SessionPage'], Page<SessionRecord>>;
  readonly SessionDetail: Same<Schemas['SessionDetail'], SessionDetail>;
  readonly DeadLetterPage: Same<Schemas['DeadLetterPage'], Page<DeadLetterRecord>>;
  readonly DeadLetterDetail: Same<Schemas['DeadLetterDetail'], DeadLetterDetail>;
  readonly ReplayRequest: Same<Schemas['ReplayRequest'], ReplayRequest>;
  readonly DiscardRequest: Same<Schemas['DiscardRequest'], DiscardRequest>;
  readonly ChangeReport: Same<Schemas['ChangeReport'], ChangeReport>;
  readonly NotificationPage: Same<Schemas['NotificationPage'], Page<DeliveryRecord>>;
  readonly ResponsePage: Same<Schemas['ResponsePage'], Page<ResponseRecord>>;
  readonly ResponseDetail: Same<Schemas['ResponseDetail'], ResponseDetail>;
  readonly StatusReport: Same<Schemas['StatusReport'], StatusReport>;
  readonly DoctorReport: Same<Schemas['DoctorReport'], DoctorReport>;
  readonly TailLine: Same<Schemas['TailLine'], TailLine>;
} = {
  CommandPage: true,
  AlertPage: true,
  SessionPage: true,
  SessionDetail: true,
  DeadLetterPage: true,
  DeadLetterDetail: true,
  ReplayRequest: true,
  DiscardRequest: true,
  ChangeReport: true,
  NotificationPage: true,
  ResponsePage: true,
  ResponseDetail: true,
  StatusReport: true,
  DoctorReport: true,
  TailLine: true,
};

describe('the schemas of the API', () => {
  it('exist for every type that is answered', () => {
    expect(Object.keys(API_SCHEMAS).sort()).toEqual([...Object.keys(same), 'ApiError'].sort());
  });
});
