import { setTimeout as sleep } from 'node:timers/promises';
import { parseJson } from '@whoran/contracts';
import { API_PATHS, type StatusReport } from '@whoran/forensics-api';
import { messageOf } from '@whoran/kernel';
import { request } from 'undici';
import { type CommandCounts, differenceOf } from './score/count-commands.ts';

const TRIES = 20;
const BETWEEN = 500;

/**
 * What the search API counts otherwise than it should, on nodes whose names begin with the word; nothing when all is well.
 * The database may be a moment behind, so it is asked again for a while.
 */
export async function forensicsDifference(url: string, word: string, expected: CommandCounts): Promise<string> {
  let difference = '';
  for (let tries = 0; tries < TRIES; tries += 1) {
    difference = await ask(url, word, expected).catch((error: unknown) => `it did not answer: ${messageOf(error)}`);
    if (difference === '') return '';
    await sleep(BETWEEN);
  }
  return difference;
}

async function ask(url: string, word: string, expected: CommandCounts): Promise<string> {
  const { statusCode, body } = await request(`${url}${API_PATHS.status}?since=24h`);
  const text = await body.text();
  const report = parseJson(text);
  if (statusCode !== 200 || !report.ok) return `status ${statusCode}`;
  return differenceOf(expected, countsIn(report.value as StatusReport, word));
}

/** The commands of the nodes whose names begin with a word. */
export function countsIn({ clusters }: StatusReport, word: string): CommandCounts {
  const sums: Record<string, number> = {};
  for (const { name, commandsByEvidence } of clusters.flatMap(({ nodes }) => nodes)) {
    if (!name.startsWith(`${word}-`)) continue;
    for (const [evidence, count] of Object.entries(commandsByEvidence)) sums[evidence] = (sums[evidence] ?? 0) + count;
  }
  return sums;
}
