/** The types that Falco's fields have (libsinsp's `ppm_param_type`, without the prefix `PT_`). */
export const FIELD_TYPES = [
  'CHARBUF',
  'FSPATH',
  'FSRELPATH',
  'BYTEBUF',
  'BOOL',
  'INT8',
  'INT16',
  'INT32',
  'INT64',
  'UINT8',
  'UINT16',
  'UINT32',
  'UINT64',
  'PORT',
  'PID',
  'FD',
  'ERRNO',
  'FLAGS8',
  'FLAGS16',
  'FLAGS32',
  'MODE',
  'DOUBLE',
  'RELTIME',
  'ABSTIME',
  'IPADDR',
  'IPNET',
] as const;
/** One word of FIELD_TYPES. */
export type FieldType = (typeof FIELD_TYPES)[number];

/** An address. IPv4 addresses have 4 bytes, IPv6 addresses 16; the two families are never equal. */
export interface IpAddress {
  readonly family: 4 | 6;
  readonly value: bigint;
}

/**
 * One value of a field: strings for CHARBUF and paths, bytes for BYTEBUF, a number for numeric types (bigint beyond ±2^53 only,
 * so that equal numbers are identical), an address for IPADDR and IPNET (the address that is tested against networks).
 */
export type Scalar = string | number | bigint | boolean | Uint8Array | IpAddress;

/** What a field has in one event; nothing and the empty list are absent. Fields with `list` have lists, others have not. */
export type FieldValue = Scalar | readonly Scalar[] | undefined;
