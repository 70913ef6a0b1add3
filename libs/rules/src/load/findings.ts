import { Buffer } from 'node:buffer';
import type { LoadIssue } from '../issues.ts';
import type { RuleFile } from '../read/read-file.ts';
import type { Finding } from '../read/refusal.ts';
import { snippetOf } from '../read/snippet.ts';

/** Gathers what is found in one load, file by file, and shows where it is. */
export class Findings {
  private readonly texts = new Map<string, Buffer>();
  private readonly said = new Set<string>();
  private found: Finding[] = [];
  private isLast = false;

  /** With `repeat`, every file has all that is found when it is added; otherwise each is said once. */
  constructor(private readonly repeat: boolean) {}

  /** From now on, what is found belongs to that file. */
  begin(file: RuleFile, isLast: boolean): void {
    this.texts.set(file.name, Buffer.from(file.text));
    this.found = [];
    this.isLast = isLast;
  }

  add(finding: Finding): void {
    if (!this.repeat) {
      // A later file may still use what is unused now.
      if (!this.isLast && finding.code.startsWith('LOAD_UNUSED_')) return;
      const key = JSON.stringify([finding.code, finding.message, finding.context.locations]);
      if (this.said.has(key)) return;
      this.said.add(key);
    }
    this.found.push(finding);
  }

  /** What was found since the last `begin`. */
  issues(): readonly LoadIssue[] {
    return this.found.map(({ code, message, context }) => ({
      code,
      severity: code.startsWith('LOAD_ERR_') ? 'error' : 'warning',
      message,
      locations: context.locations,
      snippet: snippetOf(context, this.texts.get(context.locations[0].file) ?? Buffer.alloc(0)),
      ...(context.expression === undefined ? {} : { expression: context.expression }),
    }));
  }
}
