import { PRIORITIES, type Priority } from '../rule.ts';

/** A priority in any case; `info` is short for informational. */
export function parsePriority(text: string): Priority | undefined {
  const lower = text.toLowerCase();
  if (lower === 'info') return 'Informational';
  return PRIORITIES.find((priority) => priority.toLowerCase() === lower);
}

/** Whether a priority is as severe as another one, or more. */
export function isAtLeast(priority: Priority, minimum: Priority): boolean {
  return PRIORITIES.indexOf(priority) <= PRIORITIES.indexOf(minimum);
}
