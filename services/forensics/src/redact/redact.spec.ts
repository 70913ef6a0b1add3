import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { redact, redactArgv } from './redact.ts';

const SIGNATURE = 'A'.repeat(86);
const R = '[redacted]';

describe('redact', () => {
  it.each([
    ['mysql -u root -ps3cret shop', `mysql -u root -p${R} shop`],
    ["mysqldump -p's3cret' --all-databases", `mysqldump -p${R} --all-databases`],
    ['/usr/bin/mysql --password=hunter2', `/usr/bin/mysql --password=${R}`],
    ['mysqladmin --password hunter2 status', `mysqladmin --password ${R} status`],
    ['PGPASSWORD=hunter2 psql -h db', `PGPASSWORD=${R} psql -h db`],
    ['env PGPASSWORD=a&b psql', `env PGPASSWORD=${R} psql`],
    ['export DB_PASSWORD="two words"; run', `export DB_PASSWORD=${R} run`],
    ['curl -H Authorization: Bearer abcdef https://x', `curl -H Authorization: Bearer ${R} https://x`],
    ['curl -H "Authorization: Basic dXNlcjpwYXNz" https://x', `curl -H "Authorization: Basic ${R}" https://x`],
    ['curl -H X-Api-Key:abc123', `curl -H X-Api-Key:${R}`],
    ['curl -H "X-Vault-Token: hvs.abc" https://v', `curl -H "X-Vault-Token: ${R} https://v`],
    ['curl -u admin:hunter2 https://x', `curl -u admin:${R} https://x`],
    ['curl -uadmin:hunter2 https://x', `curl -uadmin:${R} https://x`],
    ['curl https://x/?token=abc&page=2', `curl https://x/?token=${R}&page=2`],
    ['git clone https://jane:hunter2@example.com/r.git', `git clone https://jane:${R}@example.com/r.git`],
    ['psql postgres://app:p@ss@db:5432/shop', `psql postgres://app:${R}@db:5432/shop`],
    ['aws configure set aws_secret_access_key wJalrXUtnFEMI/K7MDENG', `aws configure set aws_secret_access_key ${R}`],
    ['AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE', `AWS_ACCESS_KEY_ID=${R}`],
    ['AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG aws s3 ls', `AWS_SECRET_ACCESS_KEY=${R} aws s3 ls`],
    ['git push ghp_0123456789abcdefghij0123456789abcdef', `git push ${R}`],
    ['post xoxb-1234567890-abcdefghij', `post ${R}`],
    ['kubectl --token eyJhbGciOi.eyJzdWIiOi.c2ln get pods', `kubectl --token ${R} get pods`],
    ['check eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJqYW5lIn0.c2lnbmF0dXJl', `check ${R}`],
    ['echo -----BEGIN RSA PRIVATE KEY----- MIIE -----END RSA PRIVATE KEY----- > k', `echo ${R} > k`],
    ['echo -----BEGIN PRIVATE KEY----- MIIE cut off', `echo ${R}`],
    ['docker login -u jane -p hunter2 registry', `docker login -u jane -p ${R} registry`],
    ['sshpass -p hunter2 ssh host', `sshpass -p ${R} ssh host`],
    ['redis-cli -a hunter2 ping', `redis-cli -a ${R} ping`],
    ['openssl enc -pass pass:hunter2', `openssl enc -pass ${R}`],
    ['kubectl create secret generic s --from-literal=password=hunter2', `kubectl create secret generic s --from-literal=password=${R}`],
    ['vault login -token hvs.CAES', `vault login -token ${R}`],
    ['app --dbPassword hunter2 --verbose', `app --dbPassword ${R} --verbose`],
    ['run --password "two words" --next', `run --password ${R} --next`],
    ['echo {"password":"a b","user":"x"}', `echo {"password":"${R}","user":"x"}`],
    ['echo client_secret: abc', `echo client_secret: ${R}`],
    [
      `env SEC_SESSION=1.k1.TPjoQGBJS3iVnlWbFtlCpA.${SIGNATURE} SEC_USER_ID=jane id`,
      `env SEC_SESSION=1.k1.TPjoQGBJS3iVnlWbFtlCpA.${R} SEC_USER_ID=jane id`,
    ],
    [`sh -c x sh 1.k1.TPjoQGBJS3iVnlWbFtlCpA.${SIGNATURE} jane id`, `sh -c x sh 1.k1.TPjoQGBJS3iVnlWbFtlCpA.${R} jane id`],
  ])('%s', (text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  it.each([
    'ls -la /run/secrets/kubernetes.io/serviceaccount/token',
    'cat /etc/passwd',
    'passwd root',
    'kubectl get secret db -o yaml',
    'kubectl create token builder --duration 1h',
    'docker run -p 8080:80 nginx',
    'docker login --password-stdin registry',
    'app --password-file /etc/pw --token-file=/run/token',
    'mysql -p',
    'mysql -P 3306 -h db shop',
    'mysql --password --user root',
    'llm --max_tokens=100',
    'cp a-secret-santa.txt b',
    'git clone ssh://git@example.com/r.git',
    'curl https://example.com:8443/a@b',
    'curl -u jane https://x',
    'psql -p 5432',
    'ps aux | grep -p token',
    'mkdir -p secret',
    'sort --key=2 file',
    'php artisan Token::prune',
    'if test $token == x',
    'echo 1.2.3.4 2001:db8::1',
  ])('leaves %s', (text) => {
    expect(redact(text)).toBe(text);
  });

  it('keeps the words of an argv', () => {
    expect(redactArgv(['mysql', '-uroot', '-pa b', 'shop'])).toEqual(['mysql', '-uroot', `-p${R}`, 'shop']);
    expect(redactArgv(['app', '--password', 'two words', 'x'])).toEqual(['app', '--password', R, 'x']);
    expect(redactArgv(['sh', '-c', 'PGPASSWORD=x psql -c "select 1"'])).toEqual(['sh', '-c', `PGPASSWORD=${R} psql -c "select 1"`]);
    expect(redactArgv([])).toEqual([]);
  });

  const fragments = [
    'password',
    'token=',
    '--secret ',
    '"',
    "'",
    ' ',
    'mysql ',
    '-p',
    'curl ',
    '-u ',
    'a:b',
    '://',
    '@',
    'eyJ',
    '.',
    '-----BEGIN PRIVATE KEY-----',
    'x',
    R,
    '{',
    ',',
    '&',
    '?',
    ':',
    'Authorization:',
    'Bearer ',
    'cookie:',
    '\n',
    ';',
    '1.k.',
  ];
  const text = fc.oneof(
    fc.string(),
    fc.array(fc.constantFrom(...fragments), { maxLength: 60 }).map((parts) => parts.join('')),
  );

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(text, (line) => expect(redact(redact(line))).toBe(redact(line))),
      { numRuns: 3000 },
    );
  });

  it('never changes how many words an argv has', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 8 }), (argv) => expect(redactArgv(argv)).toHaveLength(argv.length)),
      { numRuns: 1000 },
    );
  });

  it('is linear: a hundred thousand characters of anything take less than a second', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...fragments), { minLength: 1, maxLength: 4 }), (parts) => {
        const unit = parts.join('');
        const long = unit.repeat(Math.ceil(100_000 / unit.length));
        const began = performance.now();
        redact(long);
        expect(performance.now() - began).toBeLessThan(1000);
      }),
      { numRuns: 60 },
    );
  });
});
