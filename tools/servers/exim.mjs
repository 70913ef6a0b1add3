/** Starts an Exim of its own for tests: a mail server with STARTTLS, TLS and logins, which keeps every mail as a file. */
import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { findPrograms, freePort, installPackages, runServer, serverFolder } from './server-process.mjs';

const HOW_TO_INSTALL =
  'The mail server exim was not found in PATH or /usr/sbin. Install it:\n' +
  '  Debian, Ubuntu: apt-get install exim4-daemon-light     Fedora: dnf install exim\n' +
  '  Alpine: apk add exim';
const USER = 'Debian-exim';

/**
 * Resolves with the ports of a server that listens (`plain` with STARTTLS, `tls` with TLS from the first byte), the folder of
 * the mails that it took, and how to end it. `tls` names the files of its certificate, `logins` are passwords by user name:
 * with any, mail is taken only after a login. Mail for `later@…` is put off (451), for `nobody@…` refused (550).
 */
export async function startExim({ tls, logins = {}, ports: wanted, folder: given }) {
  const program = programs();
  const { folder, temporary } = serverFolder('exim', given);
  const ports = wanted ?? { plain: await freePort(), tls: await freePort() };
  const mails = join(folder, 'mails', 'new');
  for (const name of ['mails', 'spool', 'log']) mkdirSync(join(folder, name), { recursive: true });
  copyFileSync(tls.certFile, join(folder, 'tls.crt'));
  copyFileSync(tls.keyFile, join(folder, 'tls.key'));
  const settings = join(folder, 'exim.conf');
  writeFileSync(settings, configuration({ folder, ports, logins }));
  giveAway(folder);
  const log = join(folder, 'log', 'main.log');
  const server = await runServer({
    name: 'Exim',
    program,
    args: ['-bdf', '-C', settings, '-oP', join(folder, 'spool', 'pid')],
    folder,
    temporary,
    isReady: () => existsSync(log) && readFileSync(log, 'utf8').includes('daemon started'),
  });
  return { ...server, ports, mails, log };
}

function configuration({ folder, ports, logins }) {
  const users = Object.entries(logins).map(([name, password]) => `{and{{eq{$auth2}{${name}}}{eq{$auth3}{${password}}}}}`);
  const needsLogin = users.length > 0 ? '  deny\n    !authenticated = *\n    message = log in first\n' : '';
  const isUser = users.length > 0 ? `\${if or{${users.join('')}}}` : 'false';
  return `primary_hostname = mail.test
exim_user = ${runningAs() === undefined ? process.getuid() : USER}
exim_group = ${runningAs() === undefined ? process.getgid() : USER}
never_users =
deliver_drop_privilege = true
spool_directory = ${folder}/spool
log_file_path = ${folder}/log/%s.log
keep_environment =
daemon_smtp_ports = ${ports.plain} : ${ports.tls}
tls_on_connect_ports = ${ports.tls}
local_interfaces = 127.0.0.1
tls_advertise_hosts = *
tls_certificate = ${folder}/tls.crt
tls_privatekey = ${folder}/tls.key
message_size_limit = 1M
smtp_accept_max = 100
smtp_accept_queue_per_connection = 0
acl_smtp_rcpt = check_recipient
begin acl
check_recipient:
  deny
    local_parts = nobody
    message = no such mailbox
  defer
    local_parts = later
    message = the mailbox is busy
${needsLogin}  accept
begin routers
all:
  driver = accept
  transport = keep
begin transports
keep:
  driver = appendfile
  directory = ${folder}/mails
  maildir_format
  delivery_date_add
  envelope_to_add
  return_path_add
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_advertise_condition = \${if def:tls_in_cipher}
  server_prompts = :
  server_condition = ${isUser}
  server_set_id = $auth2
`;
}

/** As root the server gives up its rights, and needs a folder of its own; otherwise it stays who started it. */
function giveAway(folder) {
  const owner = runningAs();
  if (owner === undefined) return;
  chmodSync(folder, 0o755);
  execFileSync('chown', ['-R', `${owner.uid}:${owner.gid}`, folder]);
  // Exim takes no settings that somebody else may write.
  chownSync(join(folder, 'exim.conf'), 0, 0);
}

function runningAs() {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag) => Number(execFileSync('id', [flag, USER], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

function programs() {
  const find = () => {
    const names = ['exim4', 'exim'];
    const found = names
      .map((name) => [name, findPrograms([name], () => ['/usr/sbin', '/sbin'])])
      .find(([, folder]) => folder !== undefined);
    return found && join(found[1], found[0]);
  };
  let found = find();
  if (found === undefined) {
    installPackages(['exim4-daemon-light'], HOW_TO_INSTALL);
    found = find();
  }
  if (found === undefined) throw new Error(HOW_TO_INSTALL);
  return found;
}
