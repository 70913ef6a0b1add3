import type { Evidence } from '@whoran/contracts';
import { priorityRank } from '@whoran/contracts';

/** What a colour stands for. */
export type Tone = 'plain' | 'heading' | 'good' | 'odd' | 'bad' | 'faint';

/** Gives a text its tone, or leaves it as it is where colours are not wanted. */
export type Painter = (tone: Tone, text: string) => string;

const CODES: Readonly<Record<Tone, string>> = { plain: '', heading: '1', good: '32', odd: '33', bad: '31', faint: '2' };

/** Paints with the eight colours that every terminal has. The text must be visible. */
export const colours: Painter = (tone, text) => (tone === 'plain' || text === '' ? text : `\u001b[${CODES[tone]}m${text}\u001b[0m`);

/** Paints nothing. */
export const noColours: Painter = (_tone, text) => text;

/** A user is named, may be named, or is not. */
export function toneOfEvidence(evidence: Evidence): Tone {
  if (evidence === 'none') return 'bad';
  return evidence === 'ambiguous' ? 'odd' : 'plain';
}

/** Critical and above are bad, warnings and errors odd. */
export function toneOfPriority(priority: string): Tone {
  const rank = priorityRank(priority);
  if (rank <= 2) return 'bad';
  return rank <= 4 ? 'odd' : 'plain';
}
