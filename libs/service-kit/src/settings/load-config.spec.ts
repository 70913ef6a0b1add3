import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ConfigInvalid } from '@whoran/kernel';
import { CommonConfig, type Environment, Setting, loadConfig, settingsOf } from '@whoran/service-kit';
import { ArrayMaxSize, IsInt, IsString, Matches, Max, Min, ValidateIf } from 'class-validator';

class DemoConfig extends CommonConfig {
  @Setting({ env: 'WHORAN_DEMO_NAME', kind: 'text', about: 'A name.' })
  @Matches(/^[a-z]*$/, { message: 'must be lower-case letters' })
  name = 'demo';

  @Setting({ env: 'WHORAN_DEMO_TOKEN', kind: 'secret', about: 'A secret.' })
  @ValidateIf(({ token }: DemoConfig) => token !== '')
  @Matches(/^.{16,}$/, { message: 'must have 16 characters or more' })
  token = '';

  @Setting({ env: 'WHORAN_DEMO_PORT', kind: 'integer', about: 'A port.' })
  @IsInt()
  @Min(0)
  @Max(65_535)
  port = 8080;

  @Setting({ env: 'WHORAN_DEMO_LOUD', kind: 'boolean', about: 'A switch.' })
  loud = false;

  @Setting({ env: 'WHORAN_DEMO_WAIT', kind: 'duration', about: 'A wait.' })
  @Min(1000)
  wait = 3000;

  @Setting({ env: 'WHORAN_DEMO_NAMESPACES', kind: 'list', about: 'Names.' })
  @IsString({ each: true })
  @ArrayMaxSize(3)
  namespaces: readonly string[] = ['kube-system'];
}

class OtherConfig {
  @Setting({ env: 'WHORAN_OTHER_PORT', kind: 'integer', about: 'A port.' })
  port = 1;

  @Setting({ env: 'WHORAN_OTHER_TOKEN', kind: 'secret', about: 'A secret.' })
  token = '';
}

const SECRET = 'hunter2hunter2hunter2';
const dir = mkdtempSync(join(tmpdir(), 'load-config-'));
const secretFile = (text: string) => {
  const file = join(dir, `secret-${text.length}`);
  writeFileSync(file, text);
  return file;
};

/** The lines of what is thrown. */
function problems(env: Environment): readonly string[] {
  try {
    loadConfig(DemoConfig, env);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigInvalid);
    return (error as ConfigInvalid).message.split('\n');
  }
  return [];
}

describe('settings', () => {
  it('have the defaults of the class and of those it extends', () => {
    const config = loadConfig(DemoConfig, {});
    expect({ ...config }).toMatchObject({
      logLevel: 'info',
      host: '127.0.0.1',
      name: 'demo',
      token: '',
      port: 8080,
      loud: false,
      wait: 3000,
      namespaces: ['kube-system'],
    });
    expect(Object.isFrozen(config)).toBe(true);
    const inherited = [...settingsOf(CommonConfig).keys()];
    expect([...settingsOf(DemoConfig).keys()].slice(0, inherited.length + 1)).toEqual([...inherited, 'name']);
    expect(settingsOf(OtherConfig).size).toBe(2);
  });

  it.each<[keyof DemoConfig, string, string, unknown]>([
    ['name', 'WHORAN_DEMO_NAME', 'other', 'other'],
    ['name', 'WHORAN_DEMO_NAME', '', 'demo'],
    ['token', 'WHORAN_DEMO_TOKEN', SECRET, SECRET],
    ['token', 'WHORAN_DEMO_TOKEN_FILE', secretFile(`${SECRET}\n`), SECRET],
    ['token', 'WHORAN_DEMO_TOKEN_FILE', '', ''],
    ['port', 'WHORAN_DEMO_PORT', '0', 0],
    ['loud', 'WHORAN_DEMO_LOUD', 'true', true],
    ['loud', 'WHORAN_DEMO_LOUD', 'false', false],
    ['wait', 'WHORAN_DEMO_WAIT', '5m', 300_000],
    ['namespaces', 'WHORAN_DEMO_NAMESPACES', 'a, b,,c ', ['a', 'b', 'c']],
    ['namespaces', 'WHORAN_DEMO_NAMESPACES', ' , ', []],
    ['logLevel', 'WHORAN_LOG_LEVEL', 'debug', 'debug'],
  ])('read %s from %s=%j', (field, variable, text, value) => expect(loadConfig(DemoConfig, { [variable]: text })[field]).toEqual(value));

  it.each<[Environment, string]>([
    [{ WHORAN_DEMO_NAME: 'UPPER' }, 'WHORAN_DEMO_NAME: must be lower-case letters'],
    [{ WHORAN_DEMO_PORT: '80a' }, 'WHORAN_DEMO_PORT: must be a whole number'],
    [{ WHORAN_DEMO_PORT: '1e3' }, 'WHORAN_DEMO_PORT: must be a whole number'],
    [{ WHORAN_DEMO_PORT: '99999999999999999999' }, 'WHORAN_DEMO_PORT: must be a whole number'],
    [{ WHORAN_DEMO_PORT: '70000' }, 'WHORAN_DEMO_PORT: must not be greater than 65535'],
    [{ WHORAN_DEMO_LOUD: 'yes' }, 'WHORAN_DEMO_LOUD: must be true or false'],
    [{ WHORAN_DEMO_WAIT: '5' }, 'WHORAN_DEMO_WAIT: must be a duration such as 500ms, 30s, 5m, 24h or 90d'],
    [{ WHORAN_DEMO_WAIT: '999ms' }, 'WHORAN_DEMO_WAIT: must not be less than 1000'],
    [{ WHORAN_DEMO_NAMESPACES: 'a,b,c,d' }, 'WHORAN_DEMO_NAMESPACES: must contain no more than 3 elements'],
    [{ WHORAN_DEMO_PROT: '80' }, 'WHORAN_DEMO_PROT: is not a setting of this service; see docs/settings.md'],
    [{ WHORAN_DEMO_PORT_FILE: '/x' }, 'WHORAN_DEMO_PORT_FILE: is not a setting of this service; see docs/settings.md'],
    [{ WHORAN_OTHER_PORT: '80' }, 'WHORAN_OTHER_PORT: is not a setting of this service; see docs/settings.md'],
    [{ WHORAN_DEMO_TOKEN_FILE: secretFile(' \n') }, 'WHORAN_DEMO_TOKEN_FILE: names a file without a secret in it'],
    [{ WHORAN_DEMO_TOKEN_FILE: dir }, 'WHORAN_DEMO_TOKEN_FILE: names a file that cannot be read (EISDIR)'],
    [{ WHORAN_DEMO_TOKEN_FILE: SECRET }, 'WHORAN_DEMO_TOKEN_FILE: names a file that cannot be read (ENOENT)'],
    [{ WHORAN_DEMO_TOKEN_FILE: `a\0${SECRET}` }, 'WHORAN_DEMO_TOKEN_FILE: names a file that cannot be read (ERR_INVALID_ARG_VALUE)'],
    [
      { WHORAN_DEMO_TOKEN: SECRET, WHORAN_DEMO_TOKEN_FILE: secretFile(SECRET) },
      'WHORAN_DEMO_TOKEN: is given twice: unset it or WHORAN_DEMO_TOKEN_FILE',
    ],
  ])('refuse %j', (env, line) => expect(problems(env)).toEqual([line]));

  it('report every problem at once, each on a line, by name and never by value', () => {
    const values = ['SECRET-short', 'SECRET-1', 'SECRET-2', 'SECRET-3', 'SECRET-4', 'SECRET-5', 'SECRET-6'];
    const names = [
      'WHORAN_DEMO_TOKEN',
      'WHORAN_DEMO_NAME',
      'WHORAN_DEMO_PORT',
      'WHORAN_DEMO_LOUD',
      'WHORAN_DEMO_WAIT',
      'WHORAN_LOG_LEVEL',
      'WHORAN_DEMO_TYPO',
    ];
    const lines = problems(Object.fromEntries(names.map((name, index) => [name, values[index]])));
    expect(lines.map((line) => line.split(':')[0]).sort()).toEqual(names.toSorted());
    expect(lines.join('\n')).not.toContain('SECRET');
  });

  it('ignore what is not ours, and allow the variables of other services that run in the same process', () => {
    expect(loadConfig(DemoConfig, { PATH: '/bin', WHORANX: '1' }).port).toBe(8080);
    const env = { WHORAN_OTHER_PORT: 'not looked at', WHORAN_OTHER_TOKEN_FILE: '/x', WHORAN_DEMO_PORT: '1' };
    expect(loadConfig(DemoConfig, env, { others: [OtherConfig] }).port).toBe(1);
  });
});
