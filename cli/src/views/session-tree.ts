import type { AlertRecord, ProcessRecord, SessionDetail } from '@whoran/forensics-api';
import type { TableStyle } from '../render/table.ts';
import { type Tone, toneOfEvidence, toneOfPriority } from '../render/tone.ts';
import { cellsOf, cutTo, visible } from '../render/visible.ts';
import { type Fact, printFacts, sessionFacts } from './session-facts.ts';

/** Deeper levels are not indented further: an attacker may nest as deep as the node has pids. */
const MAX_INDENT = 24;
const TIME_CELLS = 12;

/** A session with its process tree: who, where and when, then one line for each program, fork and alert. */
export function printSession(detail: SessionDetail, style: TableStyle): string {
  const facts: readonly Fact[] = sessionFacts(detail, style.face);
  const lines = [...printFacts(facts, style), '', ...treeLines(detail.processes, style)];
  const loose = detail.alerts.map((alert) => alertLine(alert, '', style));
  if (loose.length > 0) lines.push('', ...loose);
  if (detail.processes.length === 0) lines.push('no process of this session is known');
  if (detail.truncated) lines.push('', 'the session has more than is shown here: whoran commands --session lists all of its commands');
  return lines.map((line) => `${line}\n`).join('');
}

/** The lines of a process tree, given with parents before children and siblings in order. */
export function treeLines(processes: readonly ProcessRecord[], style: TableStyle): readonly string[] {
  const branches = branchesOf(processes);
  return processes.flatMap((process, index) => processLines(process, branches[index] ?? { own: '', below: '' }, style));
}

interface Branch {
  /** What stands before the process itself. */
  readonly own: string;
  /** What stands before further lines of the process: the branches that go on below it. */
  readonly below: string;
}

/** Box characters for each process. Goes backwards, where it is known at once whether another sibling follows. */
function branchesOf(processes: readonly ProcessRecord[]): readonly Branch[] {
  const goesOn: boolean[] = [];
  return processes
    .toReversed()
    .map((process) => {
      const depth = Math.min(process.depth, MAX_INDENT);
      const hasChild = goesOn[depth + 1] === true;
      const outer = Array.from({ length: Math.max(0, depth - 1) }, (_, level) => (goesOn[level + 1] ? '│  ' : '   ')).join('');
      const last = goesOn[depth] !== true;
      goesOn.length = depth;
      goesOn[depth] = true;
      const deeper = process.depth > MAX_INDENT ? `(${process.depth}) ` : '';
      const own = depth === 0 ? '' : `${outer}${last ? '└─ ' : '├─ '}${deeper}`;
      const between = depth === 0 ? '' : `${outer}${last ? '   ' : '│  '}`;
      return { own, below: `${between}${hasChild ? '│  ' : '   '}` };
    })
    .toReversed();
}

function processLines(process: ProcessRecord, branch: Branch, style: TableStyle): readonly string[] {
  const [first, ...further] = process.programs;
  const pid = process.pid === undefined ? '' : ` [${process.pid}]`;
  const head = first
    ? treeLine(
        first.time,
        { branch: branch.own, text: visible(first.commandLine), suffix: pid, tone: toneOfEvidence(first.evidence) },
        style,
      )
    : treeLine(process.startedAt, { branch: branch.own, text: '(fork)', suffix: pid, tone: 'faint' }, style);
  const replaced = further.map((program) =>
    treeLine(
      program.time,
      { branch: branch.below, text: `⇒ ${visible(program.commandLine)}`, suffix: '', tone: toneOfEvidence(program.evidence) },
      style,
    ),
  );
  return [head, ...replaced, ...process.alerts.map((alert) => alertLine(alert, branch.below, style))];
}

function alertLine(alert: AlertRecord, branch: string, style: TableStyle): string {
  return treeLine(
    alert.time,
    { branch, text: `! ${visible(alert.priority)}: ${visible(alert.rule)}`, suffix: '', tone: toneOfPriority(alert.priority) },
    style,
  );
}

interface TreeText {
  readonly branch: string;
  readonly text: string;
  readonly suffix: string;
  readonly tone: Tone;
}

function treeLine(time: string | undefined, { branch, text, suffix, tone }: TreeText, style: TableStyle): string {
  const clock = cutTo(visible(style.face.time(time)), TIME_CELLS).padEnd(TIME_CELLS);
  const room = style.width === undefined ? Number.POSITIVE_INFINITY : style.width - TIME_CELLS - 2;
  const shownBranch = cutTo(branch, room);
  const rest = room - cellsOf(shownBranch);
  const shown = cutTo(text, rest - suffix.length >= 8 ? rest - suffix.length : rest);
  const shownSuffix = cellsOf(shown) + suffix.length <= rest ? suffix : '';
  return `${style.paint('faint', clock)}  ${shownBranch}${style.paint(tone, shown)}${style.paint('faint', shownSuffix)}`;
}
