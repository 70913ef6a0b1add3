/** So many revisions of one event an owner of its node can tell apart; later ones count as the last. */
const REVISIONS = 65_536;

/**
 * The number that orders what was emitted of an event: the owner's epoch in front, so that whatever an earlier owner still
 * emits counts less, and the owner's own revisions behind it. Only the order means anything.
 */
export function revisionOf(epoch: number, count: number): number {
  return epoch * REVISIONS + Math.min(count, REVISIONS - 1);
}
