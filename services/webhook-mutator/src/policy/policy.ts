import type { InjectionStrategy } from '@whoran/contracts';
import { matchesGlob } from './glob.ts';

/** A rule of the policy file. Lists are globs, one of which must match; every condition that is given must hold. */
export interface PolicyRule {
  readonly name?: string;
  readonly namespaces?: readonly string[];
  readonly podLabels?: Readonly<Record<string, string>>;
  readonly images?: readonly string[];
  readonly containers?: readonly string[];
  readonly users?: readonly string[];
  readonly strategy: InjectionStrategy;
}

/** Ordered rules; the first that matches decides. Without a match everything is injected, in every namespace. */
export interface Policy {
  readonly rules: readonly PolicyRule[];
}

/** What a rule is matched with. What is not known matches no condition about it. */
export interface PolicySubject {
  readonly namespace: string;
  readonly user: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly image?: string;
  readonly container?: string;
}

/** The strategy of the first rule that matches, and what the rule is called; nothing when none does. */
export function applyPolicy(
  policy: Policy,
  subject: PolicySubject,
): { readonly strategy: InjectionStrategy; readonly rule: string } | undefined {
  const index = policy.rules.findIndex((rule) => matchesRule(rule, subject));
  const rule = policy.rules[index];
  return rule && { strategy: rule.strategy, rule: rule.name ?? String(index + 1) };
}

function matchesRule(rule: PolicyRule, subject: PolicySubject): boolean {
  return (
    anyGlob(rule.namespaces, subject.namespace) &&
    anyGlob(rule.users, subject.user) &&
    anyGlob(rule.images, subject.image) &&
    anyGlob(rule.containers, subject.container) &&
    Object.entries(rule.podLabels ?? {}).every(([label, glob]) => anyGlob([glob], subject.labels?.[label]))
  );
}

function anyGlob(globs: readonly string[] | undefined, text: string | undefined): boolean {
  return globs === undefined || (text !== undefined && globs.some((glob) => matchesGlob(glob, text)));
}
