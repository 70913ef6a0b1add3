/** The word for the cluster in tokens and paths. */
export const CLUSTER = 'e2e';
