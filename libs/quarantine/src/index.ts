export { type QuarantineRecord } from './quarantine-record.ts';
export { type QuarantineContent, QuarantineList, type QuarantineMark, type QuarantineReading } from './quarantine-list.ts';
