import { describe, expect, it } from '@jest/globals';
import {
  MAX_ENCODED_USER,
  type TokenScope,
  decodeUser,
  encodeUser,
  isUuid,
  parseToken,
  printToken,
  signedText,
  userInCommand,
  withoutTokens,
} from '@whoran/contracts';
import fc from 'fast-check';

const anyText = fc.string({ unit: 'binary', maxLength: 40 });
/** What Kubernetes takes for a name, and our cluster names: never a line end. */
const name = fc.stringMatching(/^[a-z0-9.-]{0,20}$/);
const scope: fc.Arbitrary<TokenScope & { readonly session: string }> = fc.record({
  cluster: name,
  namespace: name,
  pod: name,
  session: fc.uuid(),
  user: fc.oneof(anyText.map(encodeUser), anyText),
});
const token = fc.record({
  kid: fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/),
  session: fc.uuid(),
  signature: fc.stringMatching(/^[A-Za-z0-9_-]{86}$/),
});

describe('an encoded username', () => {
  it('is one word of printable ASCII, and is read as it was written', () => {
    fc.assert(
      fc.property(anyText, (username) => {
        expect(encodeUser(username)).toMatch(/^[\x21-\x7e]*$/);
        expect(encodeUser(username)).not.toMatch(/["$`\\]/);
        expect(decodeUser(encodeUser(username))).toBe(username);
      }),
    );
  });

  it('tells two users apart', () => {
    fc.assert(fc.property(anyText, anyText, (one, two) => expect(encodeUser(one) === encodeUser(two)).toBe(one === two)));
  });

  it.each(['%', '%E0%A4%A', '%ff', '%C0%80', 'a%2'])('is nothing when it cannot be one: %s', (text) =>
    expect(decodeUser(text)).toBeUndefined(),
  );

  it('stands in a command unless it is too long', () => {
    const longest = 'x'.repeat(MAX_ENCODED_USER);
    expect([userInCommand(longest), userInCommand(`${longest}x`)]).toEqual([longest, '']);
  });
});

describe('what a signature covers', () => {
  it('differs for every other session, cluster, namespace, pod and user', () => {
    fc.assert(
      fc.property(scope, scope, (one, two) => {
        const same =
          one.cluster === two.cluster &&
          one.namespace === two.namespace &&
          one.pod === two.pod &&
          one.session === two.session &&
          one.user === two.user;
        expect(signedText(one.session, one) === signedText(two.session, two)).toBe(same);
      }),
    );
  });

  it('says where each field ends, also when the user has line ends', () => {
    fc.assert(
      fc.property(scope, (one) => {
        const [version, cluster, namespace, pod, session, ...user] = signedText(one.session, one).split('\n');
        expect([version, cluster, namespace, pod, session, user.join('\n')]).toEqual([
          'whoran/v1',
          one.cluster,
          one.namespace,
          one.pod,
          one.session,
          one.user,
        ]);
      }),
    );
  });
});

describe('a token', () => {
  it('is taken out of any text, also several', () => {
    fc.assert(
      fc.property(fc.array(token, { maxLength: 3 }), (tokens) => {
        const text = `env ${tokens.map((token) => `SEC_SESSION=${printToken(token)}`).join(' ')} id`;
        expect(withoutTokens(text)).toBe(`env ${tokens.map(() => 'SEC_SESSION=<token>').join(' ')} id`);
      }),
    );
  });

  it('is nothing with any character changed for one that cannot stand there', () => {
    fc.assert(
      fc.property(token, fc.nat(), fc.constantFrom(' ', '\n', '=', '+', '/', 'ü'), (token, at, letter) => {
        const text = printToken(token);
        const place = at % text.length;
        expect(parseToken(text.slice(0, place) + letter + text.slice(place + 1))).toBeUndefined();
      }),
    );
  });

  it('is nothing in any other text, and reading one never throws', () => {
    fc.assert(fc.property(anyText, (text) => expect(parseToken(text)).toBeUndefined()));
  });

  it.each([
    ['4cf8e840-6049-4b78-959e-559b16d942a4', true],
    ['4CF8E840-6049-4B78-959E-559B16D942A4', true],
    ['4cf8e84060494b78959e559b16d942a4', false],
    ['audit:4cf8e840-6049-4b78-959e-559b16d942a4', false],
    ['', false],
  ])('can be made for session %j: %p', (text, can) => expect(isUuid(text)).toBe(can));
});
