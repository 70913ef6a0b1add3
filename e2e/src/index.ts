export { CheckList, type Tally } from './run/check-list.ts';
export { type Options, readOptions } from './run/options.ts';
