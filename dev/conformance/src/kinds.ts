import type { Kind } from './kind.ts';
import { jevtExtract, kaExtract } from './kinds/field-extract.ts';
import { format } from './kinds/format.ts';
import { k8sauditDetect } from './kinds/k8saudit-detect.ts';
import { kaIngest } from './kinds/ka-ingest.ts';
import { conditionDetails, conditionWarning, macroResolve } from './kinds/conditions.ts';
import { escape, unescape } from './kinds/escaping.ts';
import { filterEval } from './kinds/filter-eval.ts';
import { officialCompiled } from './kinds/official-compiled.ts';
import { configAppendOutput, configRuleSelection, pluginRequirements } from './kinds/requirements.ts';
import { ruleWildcard, selection } from './kinds/selection.ts';
import { rulesLoad } from './kinds/rules-load.ts';
import { filterParse } from './kinds/filter-parse.ts';
import { kaEval } from './kinds/ka-eval.ts';
import { pmatch } from './kinds/pmatch.ts';
import { syscallEval } from './kinds/syscall-eval.ts';

/** Every kind of case that can be run; a kind is added here and in a file of its own under `kinds/`. */
export const kinds: readonly Kind[] = [
  filterParse,
  filterEval,
  pmatch,
  kaEval,
  syscallEval,
  escape,
  unescape,
  macroResolve,
  conditionWarning,
  conditionDetails,
  kaIngest,
  kaExtract,
  jevtExtract,
  format,
  k8sauditDetect,
  rulesLoad,
  officialCompiled,
  selection,
  ruleWildcard,
  pluginRequirements,
  configRuleSelection,
  configAppendOutput,
];
