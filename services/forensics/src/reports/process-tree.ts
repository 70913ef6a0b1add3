import type { AlertRecord, CommandRecord, ProcessRecord, ProgramRecord } from '@whoran/forensics-api';
import { printInstant } from '@whoran/kernel';
import { present } from '../store/present.ts';
import type { SessionContents, StoredProcess } from '../store/store.ts';

/** The processes of a session in order, and the alerts of none of them. */
export interface ProcessTree {
  readonly processes: readonly ProcessRecord[];
  readonly alerts: readonly AlertRecord[];
}

interface Branch {
  readonly process: StoredProcess;
  readonly programs: readonly CommandRecord[];
  readonly alerts: readonly AlertRecord[];
  readonly at: string;
}

/**
 * Puts what ran in a session in order: parents before their children, siblings by time. It walks without recursion and
 * visits each process once, so depth and cycles, which come from outside, do no harm.
 */
export function processTree(contents: SessionContents): ProcessTree {
  const branches = branchesOf(contents);
  const children = Map.groupBy([...branches.values()], ({ process }) => parentOf(process, branches));
  const processes: ProcessRecord[] = [];
  const visited = new Set<string>();
  const walk = (roots: readonly Branch[]) => {
    const stack = [...roots].sort(latestFirst).map((branch) => ({ branch, depth: 0 }));
    for (let entry = stack.pop(); entry; entry = stack.pop()) {
      const { branch, depth } = entry;
      if (visited.has(branch.process.key)) continue;
      visited.add(branch.process.key);
      const parent = depth === 0 ? undefined : branch.process.parent;
      processes.push(processRecord(branch, depth, parent));
      const below = (children.get(branch.process.key) ?? []).sort(latestFirst);
      for (const child of below) stack.push({ branch: child, depth: depth + 1 });
    }
  };
  walk(children.get(undefined) ?? []);
  // What is left hangs on a cycle of parents: it is shown, from its earliest process on.
  for (const branch of [...branches.values()].sort(latestFirst).reverse()) {
    if (!visited.has(branch.process.key)) walk([branch]);
  }
  const keys = new Set(branches.keys());
  return { processes, alerts: contents.alerts.filter(({ process }) => process === undefined || !keys.has(process)) };
}

/** Every process that is stored or only named by a command. */
function branchesOf({ processes, commands, alerts }: SessionContents): ReadonlyMap<string, Branch> {
  const programs = Map.groupBy(commands, keyOf);
  const raised = Map.groupBy(alerts, ({ process }) => process);
  const known = new Map(processes.map((process) => [process.key, process]));
  for (const command of commands) {
    const key = keyOf(command);
    if (!known.has(key)) known.set(key, unknownProcess(key, command));
  }
  return new Map(
    [...known].map(([key, process]) => {
      const own = programs.get(key) ?? [];
      const at = process.startedNs === undefined ? (own[0]?.time ?? '') : printInstant(process.startedNs);
      return [key, { process, programs: own, alerts: raised.get(key) ?? [], at }];
    }),
  );
}

function keyOf(command: CommandRecord): string {
  return command.process ?? `event:${command.id}`;
}

function unknownProcess(key: string, { node, container, pid, vpid }: CommandRecord): StoredProcess {
  return { key, node, container, pid, vpid };
}

function parentOf({ key, parent }: StoredProcess, branches: ReadonlyMap<string, Branch>): string | undefined {
  return parent !== undefined && parent !== key && branches.has(parent) ? parent : undefined;
}

function latestFirst(one: Branch, other: Branch): number {
  if (one.at !== other.at) return one.at < other.at ? 1 : -1;
  return one.process.key < other.process.key ? 1 : -1;
}

function processRecord({ process, programs, alerts }: Branch, depth: number, parent: string | undefined): ProcessRecord {
  const { key, node, container, pid, vpid, startedNs } = process;
  const startedAt = startedNs === undefined ? undefined : printInstant(startedNs);
  return { key, depth, node, programs: programs.map(programRecord), alerts, ...present({ parent, container, pid, vpid, startedAt }) };
}

function programRecord({ id, time, commandLine, executable, directory, processUser, evidence }: CommandRecord): ProgramRecord {
  return { event: id, time, commandLine, evidence, ...present({ executable, directory, processUser }) };
}
