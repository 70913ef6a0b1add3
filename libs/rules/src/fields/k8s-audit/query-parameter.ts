import { Buffer } from 'node:buffer';

/** Go does not read an URL with more parameters. */
const MAX_PARAMETERS = 10_000;

/**
 * The first value of a parameter of a URI, read as Go reads it: nothing when the URI or any of its parameters is malformed, an empty
 * text when the parameter is there without a value.
 */
export function queryParameter(uri: string, name: string): string | undefined {
  const query = queryOf(uri);
  return query === undefined ? undefined : firstValue(query, name);
}

function firstValue(query: string, name: string): string | undefined {
  let found: string | undefined;
  const parts = query.split('&', MAX_PARAMETERS + 1);
  if (parts.length > MAX_PARAMETERS) return undefined;
  for (const part of parts) {
    if (part === '') continue;
    if (part.includes(';')) return undefined;
    const [key, value] = cut(part, '=');
    const [keyText, valueText] = [unescapePlus(key), unescapePlus(value)];
    if (keyText === undefined || valueText === undefined) return undefined;
    if (keyText === name) found ??= valueText;
  }
  return found;
}

/** The part after the question mark, or nothing where Go finds the URI malformed. */
function queryOf(uri: string): string | undefined {
  const [url, fragment] = cut(uri, '#');
  // eslint-disable-next-line no-control-regex -- Go refuses control characters anywhere
  if (/[\x00-\x1f\x7f]/.test(url) || !isEscaped(fragment)) return undefined;
  if (url === '*') return '';
  const scheme = /^[a-zA-Z][-+.a-zA-Z0-9]*:/.exec(url)?.[0] ?? '';
  const [hierarchy, query] = cut(url.slice(scheme.length), '?');
  return isHierarchy(hierarchy, scheme !== '') ? query : undefined;
}

function isHierarchy(hierarchy: string, hasScheme: boolean): boolean {
  if (!hierarchy.startsWith('/')) return hasScheme || !(hierarchy.split('/', 1)[0] ?? '').includes(':');
  const hasAuthority = hierarchy.startsWith('//') && (hasScheme || !hierarchy.startsWith('///'));
  if (!hasAuthority) return isEscaped(hierarchy);
  const [, authority = '', path = ''] = /^\/\/([^/]*)(.*)$/s.exec(hierarchy) ?? [];
  return isAuthority(authority) && isEscaped(path);
}

const USER = /^(?:[-A-Za-z0-9._:~!$&'()*+,;=@]|%[0-9a-fA-F]{2})*$/;
// eslint-disable-next-line no-control-regex -- everything beyond ASCII may stand in a host
const HOST = /^(?:[-A-Za-z0-9._~!$&'()*+,;=:<>"[\]]|[^\x00-\x7f]|%25|%[89a-fA-F][0-9a-fA-F])*$/;

function isAuthority(authority: string): boolean {
  const split = authority.lastIndexOf('@');
  const [user, host] = split === -1 ? ['', authority] : [authority.slice(0, split), authority.slice(split + 1)];
  if (!USER.test(user)) return false;
  if (!host.startsWith('[')) return HOST.test(host) && (!host.includes(':') || /:\d*$/.test(host));
  const end = host.lastIndexOf(']');
  if (end === -1 || !/^(?::\d*)?$/.test(host.slice(end + 1))) return false;
  const [address, zone] = cut(host.slice(0, end + 1), '%25');
  return HOST.test(address) && isEscaped(zone);
}

function isEscaped(text: string): boolean {
  return !/%(?![0-9a-fA-F]{2})/.test(text);
}

function unescapePlus(text: string): string | undefined {
  if (!isEscaped(text)) return undefined;
  if (!/[%+]/.test(text)) return text;
  const bytes = Buffer.from(text.replaceAll('+', ' '), 'utf8').toString('latin1');
  const plain = bytes.replace(/%([0-9a-fA-F]{2})/g, (_match, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
  return Buffer.from(plain, 'latin1').toString('utf8');
}

function cut(text: string, separator: string): readonly [string, string] {
  const found = text.indexOf(separator);
  return found === -1 ? [text, ''] : [text.slice(0, found), text.slice(found + separator.length)];
}
