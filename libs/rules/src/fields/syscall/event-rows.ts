import type { FieldRow } from './field-row.ts';

const WHEN: readonly FieldRow[] = [
  ['evt.reltime', 'RELTIME', 'Nanoseconds since Falco started.'],
  ['evt.reltime.s', 'RELTIME', 'Whole seconds since Falco started.'],
  ['evt.reltime.ns', 'RELTIME', 'The nanoseconds of that second.'],
  ['evt.latency', 'RELTIME', 'Deprecated: nanoseconds between entry and exit.'],
  ['evt.latency.s', 'RELTIME', 'Deprecated: whole seconds between entry and exit.'],
  ['evt.latency.ns', 'RELTIME', 'Deprecated: the nanoseconds of that second.'],
  ['evt.latency.quantized', 'UINT64', 'Deprecated: the latency on a logarithmic scale, for tables.'],
  ['evt.latency.human', 'CHARBUF', 'Deprecated: the latency with a unit.'],
  ['evt.deltatime', 'RELTIME', 'Nanoseconds since the event before.'],
  ['evt.deltatime.s', 'RELTIME', 'Whole seconds since the event before.'],
  ['evt.deltatime.ns', 'RELTIME', 'The nanoseconds of that second.'],
  ['evt.outputtime', 'CHARBUF', 'The time in the form chosen for output.'],
];

const WHAT: readonly FieldRow[] = [
  ['evt.type', 'CHARBUF', 'The system call: open, execve, connect.'],
  ['evt.type.is', 'UINT32', '1 for events of one type, such as evt.type.is.open.', 'index-or-key', 'required'],
  ['syscall.type', 'CHARBUF', 'The system call, absent for other events.'],
  ['evt.category', 'CHARBUF', 'The family of the system call: file, net, process.'],
  ['evt.cpu', 'INT16', 'The CPU that it happened on.'],
  ['evt.args', 'CHARBUF', 'All arguments in one text.'],
  ['evt.arg', 'CHARBUF', 'One argument by name or number, as in evt.arg.path or evt.arg[0].', 'index-or-key', 'required'],
  ['evt.info', 'CHARBUF', 'All arguments, or the payload for I/O.'],
  ['evt.buffer', 'BYTEBUF', 'The bytes that were read or written.'],
  ['evt.buflen', 'UINT64', 'How many bytes those are.'],
  ['evt.res', 'CHARBUF', 'SUCCESS, or the name of the error.'],
  ['evt.rawres', 'INT64', 'What the system call returned.'],
  ['evt.failed', 'BOOL', 'Whether it returned an error.'],
  ['evt.abspath', 'CHARBUF', 'A path argument made absolute: evt.abspath, evt.abspath.src.', 'key'],
  ['evt.around', 'UINT64', 'Whether the event is near a time; not sent by Falco.', 'key', 'required'],
];

const KIND: readonly FieldRow[] = [
  ['evt.is_io', 'BOOL', 'Whether it reads or writes a file descriptor.'],
  ['evt.is_io_read', 'BOOL', 'Whether it reads a file descriptor.'],
  ['evt.is_io_write', 'BOOL', 'Whether it writes a file descriptor.'],
  ['evt.io_dir', 'CHARBUF', 'read or write, for I/O.'],
  ['evt.is_wait', 'BOOL', 'Whether it waits.'],
  ['evt.wait_latency', 'RELTIME', 'Deprecated: how long it waited.'],
  ['evt.is_syslog', 'BOOL', 'Whether it writes to the system log.'],
  ['evt.is_open_read', 'BOOL', 'Whether it opens a file for reading.'],
  ['evt.is_open_write', 'BOOL', 'Whether it opens a file for writing.'],
  ['evt.is_open_exec', 'BOOL', 'Whether it creates a file that can be executed.'],
  ['evt.is_open_create', 'BOOL', 'Whether it creates a file.'],
];

const COUNTS: readonly FieldRow[] = [
  ['evt.count', 'UINT32', 'Always 1.'],
  ['evt.count.error', 'UINT32', '1 for events that failed.'],
  ['evt.count.error.file', 'UINT32', '1 for file events that failed.'],
  ['evt.count.error.net', 'UINT32', '1 for network events that failed.'],
  ['evt.count.error.memory', 'UINT32', '1 for memory events that failed.'],
  ['evt.count.error.other', 'UINT32', '1 for other events that failed.'],
  ['evt.count.exit', 'UINT32', '1 for exit events.'],
  ['evt.count.procinfo', 'UINT32', '1 for process statistics, for tables.'],
  ['evt.count.threadinfo', 'UINT32', '1 for thread statistics, for tables.'],
  ['evt.buflen.in', 'UINT64', 'Bytes read, for tables.'],
  ['evt.buflen.out', 'UINT64', 'Bytes written, for tables.'],
  ['evt.buflen.file', 'UINT64', 'Bytes of file I/O, for tables.'],
  ['evt.buflen.file.in', 'UINT64', 'Bytes read from files, for tables.'],
  ['evt.buflen.file.out', 'UINT64', 'Bytes written to files, for tables.'],
  ['evt.buflen.net', 'UINT64', 'Bytes of network I/O, for tables.'],
  ['evt.buflen.net.in', 'UINT64', 'Bytes received, for tables.'],
  ['evt.buflen.net.out', 'UINT64', 'Bytes sent, for tables.'],
  ['evt.infra.docker.name', 'CHARBUF', 'What Docker reported, for tables.'],
  ['evt.infra.docker.container.id', 'CHARBUF', 'The container that Docker reported, for tables.'],
  ['evt.infra.docker.container.name', 'CHARBUF', 'Its name, for tables.'],
  ['evt.infra.docker.container.image', 'CHARBUF', 'Its image, for tables.'],
  ['util.cnt', 'UINT64', 'A counter that grows by one.'],
];

/** Fields of the event itself. */
export const eventRows: readonly FieldRow[] = [...WHEN, ...WHAT, ...KIND, ...COUNTS];
