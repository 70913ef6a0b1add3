import { describe, expect, it } from '@jest/globals';
import type { NodemailerError } from 'nodemailer';
import { judgeFailure } from './judge-mail.ts';

const failure = (fields: Partial<NodemailerError>): Error => Object.assign(new Error('it said no, hunter22'), fields);

describe('a mail server that does not take a mail', () => {
  it.each<[Partial<NodemailerError>, string]>([
    [{ code: 'ESOCKET' }, 'retry'],
    [{ code: 'ETIMEDOUT' }, 'retry'],
    [{ code: 'ETLS' }, 'retry'],
    [{ code: 'EDNS' }, 'retry'],
    [{ code: 'EABORT' }, 'retry'],
    [{ code: 'EMESSAGE', responseCode: 451, permanent: false }, 'retry'],
    [{ code: 'EPROTOCOL', responseCode: 421, permanent: false }, 'retry'],
    [{ code: 'EAUTH', responseCode: 454, permanent: false }, 'retry'],
    [{ code: 'EAUTH', responseCode: 535, permanent: true }, 'refused'],
    [{ code: 'EMESSAGE', responseCode: 552, permanent: true }, 'refused'],
    [{ code: 'EENVELOPE' }, 'refused'],
    [{ code: 'EAUTH' }, 'refused'],
  ])('with %j means %s', (fields, kind) => expect(judgeFailure(failure(fields), [])).toMatchObject({ kind }));
  it('is tried again as long as one recipient may take it', () => {
    const rejected = (recipient: string, permanent: boolean) =>
      failure({ recipient, permanent, response: permanent ? '550 no' : '451 later' });
    const both = failure({ permanent: true, rejectedErrors: [rejected('a@x', true), rejected('b@x', false)] as NodemailerError[] });
    expect(judgeFailure(both, [])).toEqual({
      kind: 'retry',
      error: 'not all recipients were taken: a@x: 550 no; b@x: 451 later',
    });
  });
  it('is quoted without secrets and control characters, and not at length', () => {
    const { error } = judgeFailure(failure({ message: `hunter22\n${'x'.repeat(1000)}` }), ['hunter22']) as { error: string };
    expect(error).toMatch(/^\*\*\*\\u\{a\}x+…$/);
    expect(error.length).toBeLessThanOrEqual(300);
  });
});
