/** Why a load fails (falco_load_result.h, without the prefix `LOAD_ERR_`). */
export type ErrorCode =
  | 'LOAD_ERR_FILE_READ'
  | 'LOAD_ERR_YAML_PARSE'
  | 'LOAD_ERR_YAML_VALIDATE'
  | 'LOAD_ERR_COMPILE_CONDITION'
  | 'LOAD_ERR_COMPILE_OUTPUT'
  | 'LOAD_ERR_VALIDATE'
  | 'LOAD_ERR_EXTENSION';

/** What a load warns of (falco_load_result.h). The last is our own. */
export type WarningCode =
  | 'LOAD_UNKNOWN_SOURCE'
  | 'LOAD_UNSAFE_NA_CHECK'
  | 'LOAD_NO_EVTTYPE'
  | 'LOAD_UNKNOWN_FILTER'
  | 'LOAD_UNUSED_MACRO'
  | 'LOAD_UNUSED_LIST'
  | 'LOAD_UNKNOWN_ITEM'
  | 'LOAD_DEPRECATED_ITEM'
  | 'LOAD_WARNING_EXTENSION'
  | 'LOAD_APPEND_NO_VALUES'
  | 'LOAD_EXCEPTION_NAME_NOT_UNIQUE'
  | 'LOAD_INVALID_MACRO_NAME'
  | 'LOAD_INVALID_LIST_NAME'
  | 'LOAD_COMPILE_CONDITION'
  | 'LOAD_UNKNOWN_KEY'
  | 'LOAD_FIELD_NOT_SENT';

/** A place in a rule file, from the outermost inwards: file, item, key, expression. */
export interface Location {
  /** Falco's words: `rules content`, `rule`, `macro`, `condition`, `condition expression`, … */
  readonly itemType: string;
  readonly itemName: string;
  readonly file: string;
  /** From 0, as Falco counts. */
  readonly line: number;
  readonly column: number;
  /** Byte offset in the file, or in the expression. */
  readonly offset: number;
}

/** One problem of a rule file. */
export interface LoadIssue {
  readonly code: ErrorCode | WarningCode;
  /** Whether the load failed because of it. */
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly locations: readonly Location[];
  /** The lines of the file and the marker `^` below, as Falco prints them. */
  readonly snippet: string;
  /** The condition that the last location counts in, with its exceptions and, when it was parsed, its lists filled in. */
  readonly expression?: string;
}
