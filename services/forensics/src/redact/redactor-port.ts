import type { Redactor } from './redact.ts';

/** The redaction of a running service, as Nest injects it. */
export abstract class RedactorPort implements Redactor {
  abstract text(text: string): string;
  abstract argv(argv: readonly string[]): readonly string[];
}
