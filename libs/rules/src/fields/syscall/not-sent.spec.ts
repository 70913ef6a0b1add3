import { describe, expect, it } from '@jest/globals';
import { type FieldUse, fieldsNotSent } from './not-sent.ts';

describe('fields that Falco does not send', () => {
  it.each<[string, readonly FieldUse[], readonly string[], readonly string[]]>([
    ['are named once', [{ name: 'proc.name' }, { name: 'fd.name' }, { name: 'fd.name' }], ['proc.name'], ['fd.name']],
    ['have their arguments', [{ name: 'container.mount.dest', argument: '/etc' }], [], ['container.mount.dest[/etc]']],
    ['are what others are made of', [{ name: 'fd.net' }, { name: 'fd.snet' }], ['fd.cip', 'fd.typechar'], ['fd.sip']],
    ['are no fields of the event itself', [{ name: 'evt.time' }, { name: 'k8s.user.name' }, { name: 'exec.session' }], [], []],
    ['are the ancestors as a text', [{ name: 'proc.aname' }], [], ['proc.aname']],
    ['are not the ancestors one by one', [{ name: 'proc.aname' }], ['proc.aname[1]'], []],
    ['are the ids of ancestors one by one', [{ name: 'proc.apid' }], ['proc.apid'], ['proc.apid[1]']],
    ['are fields that there are', [{ name: 'no.such' }, { name: '__proto__' }], [], []],
  ])('%s', (_what, uses, sent, missing) => expect(fieldsNotSent(uses, new Set(sent))).toEqual(missing));
});
