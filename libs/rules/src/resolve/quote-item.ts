/** An item of a list or an exception as it stands in a condition: quoted if it has a blank, unless it begins with a quote. */
export function quoteItem(item: string): string {
  return item.includes(' ') && !item.startsWith('"') && !item.startsWith("'") ? `"${item}"` : item;
}
