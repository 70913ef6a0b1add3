/** Starts an rsyslog of its own for tests, which takes messages by UDP, TCP and TLS and writes what it understood as lines of JSON. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findPrograms, freePort, installPackages, runServer, serverFolder } from './server-process.mjs';

const HOW_TO_INSTALL =
  'The program rsyslogd was not found in PATH or /usr/sbin, or it cannot do TLS. Install it:\n' +
  '  Debian, Ubuntu: apt-get install rsyslog rsyslog-openssl     Fedora: dnf install rsyslog rsyslog-openssl\n' +
  '  Alpine: apk add rsyslog rsyslog-tls';

/**
 * Resolves with the ports of a server that listens, the file it writes to, and how to end it. `tls` names the files of its
 * certificates, and whether callers must show one.
 */
export async function startRsyslog({ tls, ports: wanted, folder: given }) {
  const program = join(programs(), 'rsyslogd');
  const { folder, temporary } = serverFolder('rsyslog', given);
  const ports = wanted ?? { udp: await freePort(), tcp: await freePort(), tls: await freePort() };
  const [settings, output] = [join(folder, 'rsyslog.conf'), join(folder, 'messages.jsonl')];
  writeFileSync(output, '');
  writeFileSync(settings, configuration({ tls, ports, folder, output }));
  const server = await runServer({
    name: 'rsyslog',
    // It says nothing once it listens; the shell speaks for it when its process file is there.
    program: 'sh',
    args: [
      '-c',
      'rm -f "$3"; (until test -s "$3"; do sleep 0.05; done; echo ready) & exec "$1" -n -f "$2" -i "$3"',
      'sh',
      program,
      settings,
      join(folder, 'pid'),
    ],
    folder,
    temporary,
    isReady: (log) => log.includes('ready'),
  });
  return { ...server, ports, output };
}

function configuration({ tls, ports, folder, output }) {
  const properties = ['pri', 'timestamp', 'hostname', 'app-name', 'procid', 'msgid', 'msg', 'inputname'].map(
    (name) => `property(name="${name}" format="jsonf"${name === 'timestamp' ? ' dateFormat="rfc3339"' : ''})`,
  );
  const fields = [...properties, 'property(outname="data" name="$!rfc5424-sd" format="jsonf")'];
  const separated = fields.join(' constant(value=",") ');
  return `global(workDirectory="${folder}" maxMessageSize="1m" internalmsg.severity="debug"
  parser.escapeControlCharactersOnReceive="off"
  defaultNetstreamDriverCAFile="${tls.caFile}" defaultNetstreamDriverCertFile="${tls.certFile}" defaultNetstreamDriverKeyFile="${tls.keyFile}")
module(load="imudp") module(load="mmpstrucdata")
module(load="imptcp")
module(load="imtcp" streamDriver.name="ossl" streamDriver.mode="1" streamDriver.authMode="${tls.verify ? 'x509/certvalid' : 'anon'}")
template(name="json" type="list") { constant(value="{") ${separated} constant(value="}\\n") }
ruleset(name="write") {
  action(type="mmpstrucdata" sd_name.lowercase="off")
  action(type="omfile" file="${output}" template="json" asyncWriting="off")
}
input(type="imudp" address="127.0.0.1" port="${ports.udp}" name="udp" ruleset="write")
input(type="imptcp" address="127.0.0.1" port="${ports.tcp}" name="tcp" ruleset="write")
input(type="imtcp" address="127.0.0.1" port="${ports.tls}" name="tls" ruleset="write")
`;
}

function programs() {
  const find = () => findPrograms(['rsyslogd'], () => ['/usr/sbin', '/sbin']);
  let found = find();
  if (found === undefined) {
    installPackages(['rsyslog', 'rsyslog-openssl'], HOW_TO_INSTALL);
    found = find();
  }
  if (found === undefined) throw new Error(HOW_TO_INSTALL);
  return found;
}
