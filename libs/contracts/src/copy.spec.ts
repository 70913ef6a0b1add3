import { describe, expect, it } from '@jest/globals';
import { classifyCopy } from '@whoran/contracts';
import fc from 'fast-check';

describe('kubectl cp', () => {
  it.each([
    ['tar cf - /etc/hosts', 'from-pod', '/etc/hosts'],
    ['tar cf - a b', 'from-pod', 'a b'],
    ['/bin/tar -czf - -C /srv data', 'from-pod', '/srv/data'],
    ['tar --create --file=- /etc', 'from-pod', '/etc'],
    ['tar xmf - -C /tmp', 'to-pod', '/tmp'],
    ['tar -xmf - -C /tmp', 'to-pod', '/tmp'],
    ['tar -xmf - -C/tmp', 'to-pod', '/tmp'],
    ['tar -xmf -', 'to-pod', '.'],
    ['tar --no-same-permissions --no-same-owner -xmf - -C /srv/x', 'to-pod', '/srv/x'],
    ['tar --extract --file - --directory /srv', 'to-pod', '/srv'],
    ['tar -xmf - --no-same-owner -C /srv', 'to-pod', '/srv'],
  ])('%s', (command, direction, path) => expect(classifyCopy(command.split(' '))).toEqual({ direction, path }));

  it('reads through a shell when it may go on after a break', () => {
    expect(classifyCopy(['sh', '-c', 'tar cf - /var/log/a b | tail -c+1'])).toEqual({ direction: 'from-pod', path: '/var/log/a b' });
  });

  it.each([
    'tar',
    'tar tf -',
    'tar cf /tmp/x.tar /etc',
    'tar xf /tmp/x.tar',
    'star cf - /',
    'cat /etc/hosts',
    'sh -c tar',
    'tar --help',
    '',
  ])('is not: %s', (command) => expect(classifyCopy(command.split(' '))).toBeUndefined());

  it('never throws, and bounds the path', () => {
    const word = fc.oneof(fc.constantFrom('tar', '-', '--', '-C', 'cf', '-xf', '--file=-', '--directory', '-f'), fc.string());
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), (words) => {
        classifyCopy(['tar', ...words]);
      }),
    );
    expect(classifyCopy(['tar', 'cf', '-', '/'.repeat(100_000)])?.path).toHaveLength(65_536);
  });
});
