import type { Millis } from '@whoran/kernel';
import type { Script } from './scripts.ts';

/** Runs many scripts on one clock: each goes on when its time has come. */
export class ScriptRunner {
  private waiting: { readonly due: Millis; readonly script: Script }[] = [];

  get size(): number {
    return this.waiting.length;
  }

  /** Runs the first step at the next turn. */
  add(script: Script, now: Millis): void {
    this.waiting.push({ due: now, script });
  }

  /** Runs one step of every script that is due. A step that is late does not make the next one early. */
  run(now: Millis): void {
    const due = this.waiting.filter((entry) => entry.due <= now);
    if (due.length === 0) return;
    this.waiting = this.waiting.filter((entry) => entry.due > now);
    for (const { script } of due) {
      const step = script.next();
      if (!step.done) this.waiting.push({ due: now + step.value, script });
    }
  }
}
