import { readFileSync } from 'node:fs';
import { ConfigInvalid, type Issue, messageOf, printIssue } from '@whoran/kernel';
import { RE2JS } from 're2js';
import { type Redactor, redact, redactArgv } from './redact.ts';
import { REDACTED } from './secrets.ts';

/** How redaction is set. `file` has one more pattern (RE2 syntax) a line; `#` begins a comment. */
export interface RedactSettings {
  readonly on: boolean;
  readonly file: string;
}

const unchanged: Redactor = { text: (text) => text, argv: (argv) => argv };

/** Makes the redaction of a service. Throws ConfigInvalid, with a line per problem, for a file that cannot be used. */
export function loadRedactor(settings: RedactSettings): Redactor {
  if (!settings.on) return unchanged;
  if (settings.file === '') return { text: redact, argv: redactArgv };
  const patterns = readPatterns(settings.file);
  const own = (text: string) => patterns.reduce((rest, pattern) => pattern.matcher(rest).replaceAll(REDACTED), text);
  return { text: (text) => own(redact(text)), argv: (argv) => redactArgv(argv).map(own) };
}

function readPatterns(file: string): readonly RE2JS[] {
  const issues: Issue[] = [];
  const patterns = readLines(file).flatMap((line, index) => {
    const source = line.trim();
    if (source === '' || source.startsWith('#')) return [];
    try {
      const pattern = RE2JS.compile(source);
      if (!pattern.matcher('').find()) return [pattern];
      issues.push({ code: 'invalid-pattern', item: file, line: index + 1, message: 'matches the empty text: it would redact everything' });
    } catch (error) {
      issues.push({ code: 'invalid-pattern', item: file, line: index + 1, message: `is not an RE2 pattern: ${messageOf(error)}` });
    }
    return [];
  });
  if (issues.length > 0) throw new ConfigInvalid(issues.map(printIssue).join('\n'));
  return patterns;
}

function readLines(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch (error) {
    throw new ConfigInvalid(`WHORAN_FORENSICS_REDACT_FILE: cannot be read: ${messageOf(error)}`, { cause: error });
  }
}
