export { type CheckOptions, checkRules } from './check-rules.ts';
export { listRules } from './list-rules.ts';
export type { RuleOptions } from './load-given.ts';
export { newOverride } from './new-override.ts';
export { showRule } from './show-rule.ts';
export { type TestOptions, testRules } from './test-rules.ts';
