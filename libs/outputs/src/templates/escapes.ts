import { printable, truncate } from '@whoran/kernel';

type Escape = (text: string) => string;

/** Slack turns <…> into links and mentions, and asks for exactly these three to be escaped. */
const slack: Escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const html: Escape = (text) => slack(text).replaceAll('"', '&quot;').replaceAll("'", '&#39;');

/** A character that shows nothing: after it, `@channel` names nobody and `://` links nowhere. */
const JOINER = '\u2060';

const quiet: Escape = (text) => text.replaceAll('@', `@${JOINER}`).replaceAll('://', `:${JOINER}//`);

/** The characters that Markdown gives a meaning in the middle of a line; Discord, Mattermost and others take a backslash before them. */
const markdown: Escape = (text) => quiet(text).replace(/[\\`*_[\]#|~<>]/g, '\\$&');

/** Within back-quotes only back-quotes have a meaning. */
const code: Escape = (text) => quiet(text).replaceAll('`', 'ˋ');

/** What escapes are called in templates. */
export const ESCAPES = { slack, html, markdown, code, quiet } as const;

/**
 * Escapes a foreign text so that the result has at most `limit` UTF-16 units: the text is cut before it is escaped, so that no
 * escape is cut in two. Line breaks stay, other control characters are shown.
 */
export function escapeWithin(escape: Escape, text: string, limit: number): string {
  // Nothing longer than the limit is ever looked at, however long the text is.
  let size = limit;
  for (;;) {
    const escaped = escape(visible(truncate(text, size)));
    if (escaped.length <= limit) return escaped;
    if (size <= 1) return '';
    size = Math.max(1, Math.min(size - 1, Math.floor((size * limit) / escaped.length)));
  }
}

/** A foreign text of several lines without control characters. */
export function visible(text: string): string {
  return text
    .split(/\r\n|\r|\n/)
    .map(printable)
    .join('\n');
}
