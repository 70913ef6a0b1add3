import { messageOf, printable, truncate } from '@whoran/kernel';

/** How a run came out. */
export interface Tally {
  readonly passed: number;
  readonly failed: readonly string[];
  readonly notRun: readonly string[];
}

const MARKS = { passed: '✓', failed: '✗', notRun: '○' } as const;
const MAX_LINES = 12;

/** Runs checks one after the other, and prints a line for each as soon as it is known. A failed check does not end the run. */
export class CheckList {
  private passed = 0;
  private readonly failed: string[] = [];
  private readonly notRunTitles: string[] = [];

  constructor(
    private readonly print: (line: string) => void,
    private readonly signal: AbortSignal,
  ) {}

  /** Starts a group of checks. */
  section(title: string): void {
    this.print(`\n${title}`);
  }

  /**
   * Runs a check: it fails if `run` rejects, and what it resolves with is shown behind its title. Answers whether it
   * passed. Rejects only when the whole run is ended.
   */
  async check(title: string, run: () => Promise<string | void>): Promise<boolean> {
    this.signal.throwIfAborted();
    try {
      const found = await run();
      this.passed += 1;
      this.print(`  ${MARKS.passed} ${title}${found === undefined ? '' : `: ${shown(found)}`}`);
      return true;
    } catch (error) {
      this.signal.throwIfAborted();
      this.failed.push(title);
      this.print(`  ${MARKS.failed} ${title}`);
      for (const line of messageOf(error).split('\n').slice(0, MAX_LINES)) this.print(`      ${shown(line)}`);
      return false;
    }
  }

  /** Says that a check could not be made here, and why. It counts as neither passed nor failed. */
  notRun(title: string, why: string): void {
    this.notRunTitles.push(title);
    this.print(`  ${MARKS.notRun} NOT RUN: ${title}: ${shown(why)}`);
  }

  tally(): Tally {
    return { passed: this.passed, failed: this.failed, notRun: this.notRunTitles };
  }
}

function shown(text: string): string {
  return printable(truncate(text, 300));
}
