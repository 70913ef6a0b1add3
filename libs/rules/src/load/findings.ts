import { Buffer } from 'node:buffer';
import type { LoadIssue } from '../issues.ts';
import { MAX_ISSUES } from '../read/limits.ts';
import type { RuleFile } from '../read/read-file.ts';
import type { Finding } from '../read/refusal.ts';
import { snippetOf } from '../read/snippet.ts';

/** Gathers what is found in one load, file by file, and shows where it is. */
export class Findings {
  private readonly texts = new Map<string, Buffer>();
  private readonly said = new Set<string>();
  private found: Finding[] = [];
  private isLast = false;
  /** Whether an error is among what was found, in any file. */
  hasErrors = false;
  private left = { error: MAX_ISSUES, warning: MAX_ISSUES };

  /** With `repeat`, every file has all that is found when it is added; otherwise each is said once, and not without end. */
  constructor(private readonly repeat: boolean) {}

  /** From now on, what is found belongs to that file. */
  begin(file: RuleFile, isLast: boolean): void {
    this.texts.set(file.name, Buffer.from(file.text));
    this.found = [];
    this.left = { error: MAX_ISSUES, warning: MAX_ISSUES };
    this.isLast = isLast;
  }

  add(finding: Finding): void {
    this.hasErrors ||= severityOf(finding.code) === 'error';
    if (this.repeat || this.isNew(finding)) this.found.push(finding);
  }

  private isNew({ code, message, context }: Finding): boolean {
    // A later file may still use what is unused now.
    if (!this.isLast && code.startsWith('LOAD_UNUSED_')) return false;
    const severity = severityOf(code);
    if (this.left[severity] === 0) return false;
    const key = JSON.stringify([code, message, context.locations]);
    if (this.said.has(key)) return false;
    this.said.add(key);
    this.left[severity]--;
    return true;
  }

  /** What was found since the last `begin`. */
  issues(): readonly LoadIssue[] {
    return this.found.map(({ code, message, context }) => ({
      code,
      severity: severityOf(code),
      message,
      locations: context.locations,
      snippet: snippetOf(context, this.texts.get(context.locations[0].file) ?? Buffer.alloc(0), !this.repeat),
      ...(context.expression === undefined ? {} : { expression: context.expression.text }),
    }));
  }
}

function severityOf(code: LoadIssue['code']): LoadIssue['severity'] {
  return code.startsWith('LOAD_ERR_') ? 'error' : 'warning';
}
