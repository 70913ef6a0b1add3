import type { FieldRow } from './field-row.ts';

/** The two ends of a connection, by role and by place. */
export const ENDS = { c: 'client', s: 'server', l: 'local', r: 'remote' } as const;

const DESCRIPTOR: readonly FieldRow[] = [
  ['fd.num', 'INT64', 'The number of the file descriptor.'],
  ['fd.type', 'CHARBUF', 'What it is: file, directory, ipv4, ipv6, unix, pipe.'],
  ['fd.typechar', 'CHARBUF', 'That as one character: f, d, 4, 6, u, p.'],
  ['fd.name', 'CHARBUF', 'The path, or both ends of the connection.'],
  ['fd.directory', 'CHARBUF', 'The directory of the file.'],
  ['fd.filename', 'CHARBUF', 'The name of the file without its directory.'],
  ['fd.l4proto', 'CHARBUF', 'tcp, udp, icmp, raw or <NA>.'],
  ['fd.sockfamily', 'CHARBUF', 'ip or unix.'],
  ['fd.is_server', 'BOOL', 'Whether the process is the server of the connection.'],
  ['fd.uid', 'CHARBUF', 'The file descriptor and its thread, which no other has.'],
  ['fd.containername', 'CHARBUF', 'The container and the name.'],
  ['fd.containerdirectory', 'CHARBUF', 'The container and the directory.'],
  ['fd.connected', 'BOOL', 'Whether the socket is connected.'],
  ['fd.name_changed', 'BOOL', 'Whether the event changed the name.'],
  ['fd.dev', 'INT32', 'The device of the file.'],
  ['fd.dev.major', 'INT32', 'The major number of that device.'],
  ['fd.dev.minor', 'INT32', 'The minor number of that device.'],
  ['fd.ino', 'INT64', 'The inode of the file.'],
  ['fd.nameraw', 'CHARBUF', 'The name as the process gave it, not made absolute.'],
  ['fd.is_upper_layer', 'BOOL', 'Whether the file was put into the container after its start.'],
  ['fd.is_lower_layer', 'BOOL', 'Whether the file is part of the image.'],
];

const OF_ENDS = Object.entries(ENDS).flatMap(([letter, end]): FieldRow[] => [
  [`fd.${letter}ip`, 'IPADDR', `The address of the ${end} end.`],
  [`fd.${letter}port`, 'PORT', `The port of the ${end} end.`],
  [`fd.${letter}proto`, 'CHARBUF', `The service that the port of the ${end} end is known for.`],
  [`fd.${letter}ip.name`, 'CHARBUF', `The domain name of the ${end} end.`],
]);

const PATHS = ['name', 'source', 'target'].flatMap((part): FieldRow[] => {
  const whose = part === 'name' ? 'The path' : `The ${part} path`;
  return [
    [`fs.path.${part}`, 'CHARBUF', `${whose} of a file system event, made absolute.`],
    [`fs.path.${part}raw`, 'CHARBUF', `${whose} as the process gave it.`],
  ];
});

const POLLED: readonly FieldRow[] = [
  ['fdlist.nums', 'CHARBUF', 'The file descriptors of a poll.'],
  ['fdlist.names', 'CHARBUF', 'The names of those.'],
  ['fdlist.cips', 'CHARBUF', 'The client addresses of those.'],
  ['fdlist.sips', 'CHARBUF', 'The server addresses of those.'],
  ['fdlist.cports', 'CHARBUF', 'The client ports of those.'],
  ['fdlist.sports', 'CHARBUF', 'The server ports of those.'],
];

/** Fields of file descriptors and paths. */
export const fileRows: readonly FieldRow[] = [...DESCRIPTOR, ...OF_ENDS, ...PATHS, ...POLLED];
