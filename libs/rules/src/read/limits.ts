/** The largest rule file, in bytes. The largest official one has 0.1 MiB. */
export const MAX_FILE_BYTES = 1024 * 1024;

/** How many words, signs and gaps of YAML a file may have; reading takes seconds beyond. The largest official one has 17,000. */
export const MAX_YAML_LEXEMES = 300_000;

/** How deep sequences and maps of a rule file may nest. */
export const MAX_YAML_DEPTH = 64;

/** How many items (rules, macros, lists, …) one file may have. */
export const MAX_ITEMS = 10_000;

/** How many errors, and how many warnings, of one file are told. */
export const MAX_ISSUES = 1000;

/** How many values the exceptions of one rule item may have, those behind aliases counted each time. */
export const MAX_EXCEPTION_VALUES = 100_000;

/** How many items all lists together may have once lists are put into lists. */
export const MAX_LIST_ITEMS = 1_000_000;

/** How long a condition may be, in UTF-16 units, once exceptions and lists are filled in. */
export const MAX_CONDITION_LENGTH = 2 * 1024 * 1024;

/** How much text, in UTF-16 units, may be looked through for lists while one set of files is compiled once. */
export const MAX_FILLING = 1_000_000_000;

/** How many tests, `and`s, `or`s and `not`s a rule may have once its macros are written out. */
export const MAX_CONDITION_SIZE = 200_000;

/** The same for all macros and rules together while one set of files is compiled once. All official files have 0.1 million. */
export const MAX_SIZE_OF_ALL = 4_000_000;

/** How many instructions a regular expression may have when it is compiled: time for a text grows with them. */
export const MAX_REGEX_PROGRAM = 5000;
