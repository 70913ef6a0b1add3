/** Stands where a secret was. */
export const REDACTED = '[redacted]';

/**
 * Joins the elements of an argv while they are redacted: a private-use character, which ends every word below. A text
 * that holds it itself loses it first.
 */
export const SEPARATOR = '\uE000';

/** Names that end like this hold secrets; `password-file`, `tokens` and `secretName` do not. */
const SECRET_NAME =
  '(?:password|passwd|passphrase|(?<![a-z0-9])pass|(?:store|key|db|user|root|admin|pg|my)pass|secret|token|jwt|api[-_.]?key|' +
  '(?:access|secret|private|encryption|signing|master|account|storage|shared)[-_.]?key|credentials?)';

/** A flag, or a bare word of `aws configure set`, whose value is the next word. */
export const SECRET_FLAG = new RegExp(`^["']?(?:--?[\\w.-]{0,60}?${SECRET_NAME}|aws_(?:secret_access_key|session_token))$`, 'i');

/** A pattern and what its matches become. */
export interface Substitution {
  readonly pattern: RegExp;
  readonly replacement: string;
}

/**
 * Secrets that can be told from the text around them, in the order in which they are replaced.
 * All run in linear time: what is unbounded is followed by nothing that can fail, or cannot begin again within itself.
 */
export const SUBSTITUTIONS: readonly Substitution[] = [
  // Our own token names the session, which is no secret; the signature goes.
  { pattern: /(?<![\w.-])1\.([\w-]{1,64})\.([\w-]{22})\.[\w-]+/g, replacement: `1.$1.$2.${REDACTED}` },
  {
    pattern: /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----[^\uE000]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|(?=\uE000)|$)/g,
    replacement: REDACTED,
  },
  // scheme://user:password@host
  { pattern: /(?<![a-z0-9+.-])([a-z][a-z0-9+.-]{0,20}:\/\/[^\s/?#:@"'\uE000]*:)[^\s/?#"'\uE000]+@/gi, replacement: `$1${REDACTED}@` },
  {
    pattern:
      /((?<!\w)(?:proxy-)?authorization["']?\s{0,4}[:=]\s{0,4}["']?(?:(?:bearer|basic|token|digest|negotiate|apikey)[\s]+)?)[^\s"'\uE000]+/gi,
    replacement: `$1${REDACTED}`,
  },
  { pattern: /((?<!\w)(?:set-)?cookie["']?\s{0,4}:\s{0,4})[^"'\n\uE000]+/gi, replacement: `$1${REDACTED}` },
  { pattern: /((?<!\w)bearer\s{1,4})[\w.~+/=-]{16,}/gi, replacement: `$1${REDACTED}` },
  { pattern: /((?<!\w)pass:)[^\s"'\uE000]+/g, replacement: `$1${REDACTED}` },
  { pattern: /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/g, replacement: REDACTED },
  {
    pattern: /(?<![\w-])(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{20,}|npm_\w{30,}|sk_live_\w{16,}|AIza[\w-]{35})/g,
    replacement: REDACTED,
  },
  { pattern: /(?<![\w-])xox[a-z]-[\w-]{10,}/g, replacement: REDACTED },
  { pattern: /(hooks\.slack\.com\/services\/)[\w/]+/g, replacement: `$1${REDACTED}` },
  // A JSON Web Token: two or three parts, the first of which is an object.
  { pattern: /(?<![\w-])eyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)?/g, replacement: REDACTED },
];

const QUOTED = `"[^"\\uE000]*"(?=[,}\\]])|'[^'\\uE000]*'(?=[,}\\]])`;
const WORD = `(?:"[^"\\uE000]*"|'[^'\\uE000]*'|[^\\s"'\\uE000]|["'])+`;

/**
 * `NAME=value` and `name: value`, in shells, JSON, YAML and headers. Groups: name with its separator; a value that is
 * marked already, or part of a URL's query; a quoted value within JSON; any other word.
 */
export const ASSIGNMENT = new RegExp(
  `((?<![\\w.-])[\\w.-]{0,60}?${SECRET_NAME}(?:["']?\\s{0,2}:(?![:/])\\s{0,2}|["']?=(?!=)))(?:(\\[redacted\\](?=[,}\\]&"']))|(${QUOTED})|(${WORD}))`,
  'gi',
);

/** `?token=…&next=…`: the value ends at the ampersand. */
export const QUERY_PARAMETER = new RegExp(`([?&][\\w.-]{0,60}?${SECRET_NAME}=)[^\\s&"'#\\uE000]+`, 'gi');

/** Flags of single programs whose value is a secret. `attached`: `-psecret`; `pair`: `user:secret`; `login`: only after that word. */
export interface ProgramFlags {
  readonly next?: readonly string[];
  readonly attached?: readonly string[];
  readonly pair?: readonly string[];
  readonly login?: boolean;
}

const MYSQL: ProgramFlags = { attached: ['-p'] };
const LOGIN: ProgramFlags = { next: ['-p'], login: true };
const LDAP: ProgramFlags = { next: ['-w'], attached: ['-w'] };

/** By the name of the program, without its folder. */
export const PROGRAM_FLAGS: ReadonlyMap<string, ProgramFlags> = new Map<string, ProgramFlags>([
  ...['mysql', 'mysqldump', 'mysqladmin', 'mysqlimport', 'mysqlsh', 'mariadb', 'mariadb-dump', 'mariadb-admin'].map(
    (name) => [name, MYSQL] as const,
  ),
  ...['docker', 'podman', 'nerdctl', 'helm', 'skopeo', 'buildah', 'crane', 'oc', 'az', 'argocd'].map((name) => [name, LOGIN] as const),
  ...['ldapsearch', 'ldapadd', 'ldapmodify', 'ldapdelete', 'ldapwhoami'].map((name) => [name, LDAP] as const),
  ['sshpass', { next: ['-p'], attached: ['-p'] }],
  ['redis-cli', { next: ['-a'] }],
  ['mongo', { next: ['-p'] }],
  ['mongosh', { next: ['-p'] }],
  ['mongodump', { next: ['-p'] }],
  ['sqlcmd', { next: ['-P'], attached: ['-P'] }],
  ['curl', { pair: ['-u', '--user', '-U', '--proxy-user'] }],
]);
