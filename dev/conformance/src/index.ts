export type { Case, CaseFile, Kind, Material, Outcome } from './kind.ts';
