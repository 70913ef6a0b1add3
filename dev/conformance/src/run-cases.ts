import { messageOf } from '@whoran/kernel';
import { type Deviation, deviationOf } from './deviations.ts';
import { matchesGlob } from './glob.ts';
import type { Case, Kind, Material, Outcome } from './kind.ts';

/** How one case went. */
export interface CaseResult {
  readonly file: string;
  readonly name: string;
  readonly kind: string;
  readonly outcome: Outcome;
  /** Whether a deviation is listed for it, and needed. */
  readonly deviation: 'none' | 'needed' | 'stale';
}

/** What is run, and what may differ. */
export interface Plan {
  readonly kinds: readonly Kind[];
  readonly deviations: readonly Deviation[];
  /** Globs of files, kinds or names; everything if there are none. */
  readonly only: readonly string[];
}

interface Judged {
  readonly result: Omit<CaseResult, 'deviation'>;
  readonly listed?: Deviation;
}

/** Runs every chosen case of every file, in their order. */
export function runCases(materials: readonly Material[], plan: Plan): readonly CaseResult[] {
  const kinds = new Map(plan.kinds.map((kind) => [kind.kind, kind]));
  const judged = materials.flatMap((material) => {
    const { name: file, cases } = material.file;
    const chosen = namedCases(cases).filter(({ it }) => isChosen(plan.only, [file, it.kind, it.name]));
    return chosen.map(({ it, name }): Judged => {
      const listed = deviationOf(it, file, plan.deviations);
      const result = { file, name, kind: it.kind, outcome: runCase(it, kinds.get(it.kind), material) };
      return listed === undefined ? { result } : { result, listed };
    });
  });
  return applyDeviations(judged);
}

/** An entry may be about many cases, some of which pass by chance: it is stale if it is needed for none of them. */
function applyDeviations(judged: readonly Judged[]): readonly CaseResult[] {
  const needed = new Set(judged.filter(({ result }) => result.outcome.kind === 'failed').map(({ listed }) => listed));
  return judged.map(({ result, listed }) => {
    if (listed === undefined || result.outcome.kind === 'not-applicable') return { ...result, deviation: 'none' };
    if (result.outcome.kind === 'passed') return { ...result, deviation: needed.has(listed) ? 'none' : 'stale' };
    return { ...result, outcome: { kind: 'not-applicable', reason: listed.reason }, deviation: 'needed' };
  });
}

function runCase(it: Case, kind: Kind | undefined, material: Material): Outcome {
  if (kind === undefined) return { kind: 'failed', message: `nothing runs cases of kind ${it.kind}` };
  try {
    return kind.run(it, material);
  } catch (error) {
    return { kind: 'failed', message: `threw: ${messageOf(error)}` };
  }
}

/** Several cases may have one name: they are counted from the second on. */
function namedCases(cases: readonly Case[]): readonly { readonly it: Case; readonly name: string }[] {
  const seen = new Map<string, number>();
  return cases.map((it) => {
    const count = (seen.get(it.name) ?? 0) + 1;
    seen.set(it.name, count);
    return { it, name: count === 1 ? it.name : `${it.name} #${count}` };
  });
}

function isChosen(only: readonly string[], words: readonly string[]): boolean {
  return only.length === 0 || only.some((glob) => words.some((word) => matchesGlob(glob, word)));
}
