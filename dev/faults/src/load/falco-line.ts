import type { NodeInstant } from './node-clock.ts';

/** A container of a simulated node. */
export interface SimContainer {
  readonly id: string;
  readonly name: string;
  readonly namespace: string;
  readonly pod: string;
  readonly main: SimProcess;
}

/** A process of a simulated node. What it runs is kept as JSON texts, because it is written far more often than it changes. */
export interface SimProcess {
  readonly pid: number;
  readonly vpid: number;
  readonly start: string;
  readonly container: SimContainer | undefined;
  parent: SimProcess | undefined;
  name: string;
  /** JSON texts. */
  args: string;
  command: string;
  token: string;
  user: string;
}

/** What Falco says of one moment of a process. */
export interface Happening {
  readonly number: number;
  readonly node: string;
  readonly at: NodeInstant;
  readonly process: SimProcess;
  readonly container: SimContainer;
}

const TIMES = (at: NodeInstant) => `"evt.rawtime":${at.nanos},"evt.time.iso8601":${at.nanos}`;

/** The line of Falco's JSON for a program that started. */
export function startLine(happening: Happening): string {
  const { process, at } = happening;
  const output = `Process started (command=${inside(process.command)} exe=/usr/bin/${process.name} cwd=/ tty=0)`;
  return lineOf(happening, {
    rule: 'Container process started',
    output,
    fields: `"evt.type":"execve","evt.res":"SUCCESS",${TIMES(at)}`,
  });
}

/** The line for a fork: in the parent with the child's pid in the container, in the child with 0. */
export function forkLine(happening: Happening, child: number): string {
  const fields = `"evt.type":"clone","evt.res":"SUCCESS","evt.rawres":${child},${TIMES(happening.at)}`;
  return lineOf(happening, { rule: 'Container process forked', output: `Process forked (child=${child})`, fields });
}

/** The line of a rule that alerts, about the same moment as a program start. */
export function alertLine(happening: Happening): string {
  const fields = `"evt.type":"execve","evt.res":"SUCCESS",${TIMES(happening.at)}`;
  return lineOf(happening, {
    rule: ALERT_RULE,
    output: 'A shell was started in a container',
    fields,
    priority: 'Notice',
    tags: '["shell"]',
  });
}

/** The rule of the events that alert. */
export const ALERT_RULE = 'Terminal shell in container';

interface Said {
  readonly rule: string;
  readonly output: string;
  readonly fields: string;
  readonly priority?: string;
  readonly tags?: string;
}

function lineOf({ number, node, at, process, container }: Happening, said: Said): string {
  const { rule, output, fields, priority = 'Debug', tags = '["lineage"]' } = said;
  const { parent } = process;
  const { ancestors, inherited } = ancestorFields(process);
  return (
    `{"hostname":"${node}","message":"${output}","output":"${at.text}: ${priority} ${output}","output_fields":{` +
    `"container.id":"${container.id}","container.image.repository":"localhost/debian","container.image.tag":"12",` +
    `"container.name":"${container.name}","evt.hostname":"${node}","evt.num":${number},${fields},` +
    `"k8s.ns.name":"${container.namespace}","k8s.pod.name":"${container.pod}",` +
    `"proc.aenv[SEC_SESSION]":"${inherited}",${ancestors}"proc.args":${process.args},"proc.cmdline":${process.command},"proc.cwd":"/",` +
    `"proc.env[SEC_SESSION]":"${process.token}","proc.env[SEC_USER_ID]":"${process.user}","proc.exepath":"/usr/bin/${process.name}",` +
    `"proc.name":"${process.name}","proc.pid":${process.pid},"proc.pid.ts":${process.start},` +
    `"proc.ppid":${parent?.pid ?? null},"proc.ppid.ts":${parent?.start ?? null},"proc.pvpid":${parent?.vpid ?? null},` +
    `"proc.tty":0,"proc.vpid":${process.vpid},"thread.ismain":true,"thread.tid":${process.pid},"user.name":"root","user.uid":0},` +
    `"priority":"${priority}","rule":"${rule}","source":"syscall","tags":${tags},"time":"${at.text}"}`
  );
}

const DEPTH = 8;

function ancestorFields(process: SimProcess): { readonly ancestors: string; readonly inherited: string } {
  let ancestors = '';
  let inherited = '';
  let depth = 0;
  for (let { parent } = process; parent && depth < DEPTH; { parent } = parent) {
    depth += 1;
    ancestors += `"proc.apid[${depth}]":${parent.pid},"proc.aname[${depth}]":"${parent.name}",`;
    inherited ||= parent.token;
  }
  return { ancestors, inherited };
}

/** A JSON text without its quotation marks. */
function inside(json: string): string {
  return json.slice(1, -1);
}
