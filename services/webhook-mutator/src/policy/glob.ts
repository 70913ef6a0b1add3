/**
 * Whether a whole text matches a glob: `*` stands for any characters, `/` included, `?` for one; nothing else is special.
 * The texts are usernames and image references, as long as an attacker likes, so this is no regular expression: it needs
 * at most (length of glob × length of text) steps.
 */
export function matchesGlob(glob: string, text: string): boolean {
  let at = 0;
  let position = 0;
  let star = -1;
  let resume = 0;
  while (position < text.length) {
    if (glob[at] === '*') {
      star = at;
      resume = position;
      at += 1;
    } else if (at < glob.length && (glob[at] === '?' || glob[at] === text[position])) {
      at += 1;
      position += 1;
    } else if (star !== -1) {
      at = star + 1;
      resume += 1;
      position = resume;
    } else {
      return false;
    }
  }
  while (glob[at] === '*') at += 1;
  return at === glob.length;
}
