export { rebuildLineage } from './rebuild-lineage.ts';
export { readRebuildSettings } from './rebuild-settings.ts';
