import { attributionFields } from '../attribution-fields.ts';
import { catalogOf } from '../catalog.ts';
import { eventFields } from '../event-fields.ts';
import type { FieldCatalog } from '../field.ts';
import { jsonFields } from '../json-fields.ts';
import { containerFields } from './container-fields.ts';
import { objectFields, podFields } from './pod-fields.ts';
import { requestFields, responseFields } from './request-fields.ts';
import { bindingFields, roleFields } from './role-fields.ts';

/** The fields of source `k8s_audit`: of Falco's plugins k8saudit and json, of every event, and who did it. */
export function auditFields(): FieldCatalog {
  return catalogOf([
    ...requestFields,
    ...bindingFields,
    ...objectFields,
    ...containerFields,
    ...podFields,
    ...roleFields,
    ...responseFields,
    ...jsonFields,
    ...eventFields,
    ...attributionFields,
  ]);
}
