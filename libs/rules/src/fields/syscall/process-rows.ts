import type { FieldRow } from './field-row.ts';

const PROGRAM: readonly FieldRow[] = [
  ['proc.exe', 'CHARBUF', 'The first argument, which most programs are called by.'],
  ['proc.pexe', 'CHARBUF', 'proc.exe of the parent.'],
  ['proc.exepath', 'CHARBUF', 'The full path of the program.'],
  ['proc.pexepath', 'CHARBUF', 'The full path of the parent.'],
  ['proc.name', 'CHARBUF', 'The name of the program, cut to 15 bytes by Linux.'],
  ['proc.pname', 'CHARBUF', 'The name of the parent.'],
  ['proc.args', 'CHARBUF', 'The arguments, joined with blanks; with an index one of them.', 'index'],
  ['proc.aargs', 'CHARBUF', 'The arguments of an ancestor: 1 is the parent.', 'index'],
  ['proc.cmdline', 'CHARBUF', 'Name and arguments.'],
  ['proc.pcmdline', 'CHARBUF', 'Name and arguments of the parent.'],
  ['proc.exeline', 'CHARBUF', 'proc.exe and arguments.'],
  ['proc.cmdnargs', 'UINT64', 'How many arguments there are.'],
  ['proc.cmdlenargs', 'UINT64', 'How many bytes the arguments have.'],
  ['proc.env', 'CHARBUF', 'The environment; with a name the value of one variable.', 'index-or-key'],
  ['proc.aenv', 'CHARBUF', 'A variable of any ancestor by name, or the environment of an ancestor by index.', 'index-or-key'],
  ['proc.cwd', 'CHARBUF', 'The working directory.'],
  ['proc.tty', 'UINT32', 'The terminal; 0 for none.'],
];

const IDS: readonly FieldRow[] = [
  ['proc.loginshellid', 'INT64', 'The oldest shell among the ancestors.'],
  ['proc.pid', 'INT64', 'The process id on the node.'],
  ['proc.ppid', 'INT64', 'The process id of the parent.'],
  ['proc.vpid', 'INT64', 'The process id within the container.'],
  ['proc.pvpid', 'INT64', 'The process id of the parent within the container.'],
  ['proc.sid', 'INT64', 'The session id.'],
  ['proc.sname', 'CHARBUF', 'The name of the session leader.'],
  ['proc.sid.exe', 'CHARBUF', 'proc.exe of the session leader.'],
  ['proc.sid.exepath', 'CHARBUF', 'The full path of the session leader.'],
  ['proc.vpgid', 'INT64', 'The process group within the container.'],
  ['proc.vpgid.name', 'CHARBUF', 'The name of that group leader.'],
  ['proc.vpgid.exe', 'CHARBUF', 'proc.exe of that group leader.'],
  ['proc.vpgid.exepath', 'CHARBUF', 'The full path of that group leader.'],
  ['proc.pgid', 'INT64', 'The process group on the node.'],
  ['proc.pgid.name', 'CHARBUF', 'The name of that group leader.'],
  ['proc.pgid.exe', 'CHARBUF', 'proc.exe of that group leader.'],
  ['proc.pgid.exepath', 'CHARBUF', 'The full path of that group leader.'],
  ['proc.is_sid_leader', 'BOOL', 'Whether it leads its session.'],
  ['proc.is_vpgid_leader', 'BOOL', 'Whether it leads its group within the container.'],
  ['proc.is_pgid_leader', 'BOOL', 'Whether it leads its group on the node.'],
];

const AGE: readonly FieldRow[] = [
  ['proc.duration', 'RELTIME', 'Nanoseconds since it started.'],
  ['proc.ppid.duration', 'RELTIME', 'Nanoseconds since the parent started.'],
  ['proc.pid.ts', 'RELTIME', 'When it started, in nanoseconds since 1970.'],
  ['proc.ppid.ts', 'RELTIME', 'When the parent started.'],
  ['proc.pidns_init_start_ts', 'UINT64', 'When the first process of its PID namespace started.'],
];

const EXECUTABLE: readonly FieldRow[] = [
  ['proc.is_exe_writable', 'BOOL', 'Whether its user can change the program.'],
  ['proc.is_exe_upper_layer', 'BOOL', 'Whether the program was put into the container after its start.'],
  ['proc.is_exe_lower_layer', 'BOOL', 'Whether the program is part of the image.'],
  ['proc.is_exe_from_memfd', 'BOOL', 'Whether the program is in memory only.'],
  ['proc.exe_ino', 'INT64', 'The inode of the program.'],
  ['proc.exe_ino.ctime', 'ABSTIME', 'When that inode changed.'],
  ['proc.exe_ino.mtime', 'ABSTIME', 'When the contents of the program changed.'],
  ['proc.exe_ino.ctime_duration_proc_start', 'ABSTIME', 'Nanoseconds between that change and the start of the process.'],
  ['proc.exe_ino.ctime_duration_pidns_start', 'ABSTIME', 'Nanoseconds between the start of the container and that change.'],
  ['thread.cap_permitted', 'CHARBUF', 'The capabilities that it may use.'],
  ['thread.cap_inheritable', 'CHARBUF', 'The capabilities that it may pass on.'],
  ['thread.cap_effective', 'CHARBUF', 'The capabilities that it uses.'],
];

const USE: readonly FieldRow[] = [
  ['proc.fdopencount', 'UINT64', 'How many file descriptors are open.'],
  ['proc.fdlimit', 'INT64', 'How many may be open.'],
  ['proc.fdusage', 'DOUBLE', 'The share of them that is open, in percent.'],
  ['proc.vmsize', 'UINT64', 'Virtual memory in kB.'],
  ['proc.vmrss', 'UINT64', 'Resident memory in kB.'],
  ['proc.vmswap', 'UINT64', 'Swapped memory in kB.'],
  ['proc.nthreads', 'UINT64', 'How many threads are alive.'],
  ['proc.nchilds', 'UINT64', 'How many child threads are alive.'],
  ['thread.pfmajor', 'UINT64', 'Page faults that needed a disk.'],
  ['thread.pfminor', 'UINT64', 'Page faults that did not.'],
  ['thread.tid', 'INT64', 'The thread id on the node.'],
  ['thread.ismain', 'BOOL', 'Whether it is the first thread.'],
  ['thread.vtid', 'INT64', 'The thread id within the container.'],
  ['thread.nametid', 'CHARBUF', 'Name and thread id, for tables.'],
  ['thread.exectime', 'RELTIME', 'CPU time since the thread was last scheduled.'],
  ['thread.totexectime', 'RELTIME', 'CPU time in all.'],
  ['thread.cgroups', 'CHARBUF', 'All cgroups.'],
  ['thread.cgroup', 'CHARBUF', 'The cgroup of one subsystem, as in thread.cgroup.cpuacct.', 'key', 'required'],
  ['thread.cpu', 'DOUBLE', 'CPU of the last second, in percent.'],
  ['thread.cpu.user', 'DOUBLE', 'CPU in user mode, in percent.'],
  ['thread.cpu.system', 'DOUBLE', 'CPU in the kernel, in percent.'],
  ['thread.vmsize', 'UINT64', 'Virtual memory in kB, of the first thread only.'],
  ['thread.vmrss', 'UINT64', 'Resident memory in kB, of the first thread only.'],
  ['thread.vmsize.b', 'UINT64', 'Virtual memory in bytes, for tables.'],
  ['thread.vmrss.b', 'UINT64', 'Resident memory in bytes, for tables.'],
];

const STREAMS = ['stdin', 'stdout', 'stderr'].flatMap((stream): FieldRow[] => [
  [`proc.${stream}.type`, 'CHARBUF', `What ${stream} is: file, fifo, ipv4.`],
  [`proc.${stream}.name`, 'CHARBUF', `The name of ${stream}.`],
]);

const USER: readonly FieldRow[] = [
  ['user.uid', 'UINT32', 'The user id within the container.'],
  ['user.name', 'CHARBUF', 'The Linux user.'],
  ['user.homedir', 'CHARBUF', 'The home directory of that user.'],
  ['user.shell', 'CHARBUF', 'The shell of that user.'],
  ['user.loginuid', 'INT64', 'The user id of the login; -1 for none.'],
  ['user.loginname', 'CHARBUF', 'The Linux user of the login.'],
  ['group.gid', 'UINT32', 'The group id.'],
  ['group.name', 'CHARBUF', 'The Linux group.'],
];

/** Fields of the process, its threads and its user. */
export const processRows: readonly FieldRow[] = [...PROGRAM, ...IDS, ...AGE, ...EXECUTABLE, ...USE, ...STREAMS, ...USER];
